// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/timespan.hpp"

#include "troupe/scheduling/cell_stats.hpp"

namespace troupe {

/// What another process tells about a cell that lives there. Thread-safe.
class distant_view {
public:
  virtual ~distant_view();

  /// Returns what was told last, and asks anew.
  virtual std::optional<cell_stats> stats() = 0;

  virtual std::vector<envelope_record> history() = 0;

  /// Asks for the message in work to be given up there, if it has been in work
  /// for so long.
  /// @returns whether there was one when the process has told last.
  virtual bool request_cancel(caf::timespan at_least) = 0;
};

/// The proxy of an actor of another process, which may have a view of it.
class distant_actor {
public:
  std::shared_ptr<distant_view> view() const {
    std::lock_guard guard{mtx_};
    return view_;
  }

  void view(std::shared_ptr<distant_view> x) {
    std::lock_guard guard{mtx_};
    view_.swap(x);
  }

protected:
  ~distant_actor() = default;

private:
  mutable std::mutex mtx_;
  std::shared_ptr<distant_view> view_;
};

/// Returns null if `x` is no distant actor, or nothing is told of it.
std::shared_ptr<distant_view> view_of(const caf::actor& x);

} // namespace troupe
