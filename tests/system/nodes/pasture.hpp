// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/net_namespaces.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace troupe::test {

/// Far more than anything takes, also on a machine that is busy otherwise.
inline constexpr auto patience = std::chrono::seconds{20};

/// How fast the nodes of a test notice that another one is gone.
struct detection {
  std::chrono::milliseconds heartbeat{50};
  std::chrono::milliseconds suspect{400};
  std::chrono::milliseconds lost{1'000};
  std::chrono::milliseconds lease{1'000};
};

/// Returns the time that the programs print.
int64_t now_ms();

/// A sign of life of a child.
struct tick {
  int64_t time;
  std::string child;
  std::string node;
  /// Which incarnation there.
  std::string incarnation;
};

/// Nodes in two network namespaces: `a` on the left has children on `b` and `c`
/// on the right, or on `b` on the right and `c` on the left.
class pasture {
public:
  using side = net_namespaces::side;

  explicit pasture(detection how) : detection_(how) {
    // nop
  }

  /// Starts a node, or starts it again, on port 4000 and up by its name.
  process start(const std::string& name, side where, int children,
                const std::vector<std::string>& seeds);

  /// The address of that node.
  static std::string address(const std::string& name, side where);

  net_namespaces& net() {
    return net_;
  }

  /// Everything that the children have written.
  std::vector<tick> ticks() const;

  /// Returns the nodes on which each child has ticked after `time`.
  std::map<std::string, std::string> places(int64_t time) const;

  /// Waits until all children tick, and only on nodes that `fits` names.
  bool await_places(int64_t after, size_t children,
                    const std::function<bool(const std::string&)>& fits) const;

  /// Fails the test if two incarnations of a child ticked at the same time.
  void expect_no_child_twice() const;

private:
  detection detection_;
  net_namespaces net_;
  temp_dir dir_;
};

/// Waits for a line such as `123 node b lost`.
/// @returns the time in front of it.
std::optional<int64_t> time_of(process& x, const std::string& text);

} // namespace troupe::test
