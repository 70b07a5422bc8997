// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/timespan.hpp"

#include "troupe/config.hpp"
#include "troupe/remote/node.hpp"

#include "options.hpp"

namespace cli {

/// A link to the observer of a node.
class window {
public:
  window() = default;

  window(const window&) = delete;
  window& operator=(const window&) = delete;

  /// Joins the node.
  /// @returns `ok`, or what to exit with after a line on standard error.
  exit_code open(const options& opts);

  /// Asks the observer, and waits for the answer.
  template <class Result, class... Ts>
  caf::expected<Result> ask(Ts&&... xs) {
    caf::expected<Result> result{caf::error{}};
    (*self_)
        ->request(observer_, patience_, std::forward<Ts>(xs)...)
        .receive([&](Result& x) { result = std::move(x); },
                 [&](caf::error& why) { result = std::move(why); });
    return result;
  }

private:
  /// Returns the name of the node that was joined, empty if it is gone.
  std::string peer_at(const std::string& address);

  troupe::config cfg_;
  std::optional<caf::actor_system> sys_;
  std::optional<troupe::node> node_;
  std::optional<caf::scoped_actor> self_;
  caf::actor observer_;
  caf::timespan patience_{0};
};

} // namespace cli
