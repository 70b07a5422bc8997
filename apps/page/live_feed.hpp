// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/node_id.hpp"
#include "caf/scoped_actor.hpp"

#include "page/snapshots.hpp"
#include "page/tree_delta.hpp"

namespace page {

/// What one open page is told, as server-sent events:
///
/// | event     | data                                                        |
/// |-----------|-------------------------------------------------------------|
/// | `tree`    | see `tree_delta`; at first all children                     |
/// | `system`  | `nodes` as in `troupe::to_json`, without their children     |
/// | `events`  | `troupe::event_page`; at first the last ones                |
/// | `trouble` | `text`: why there is no news                                |
///
/// Asks for news rather than being sent them: a page that reads slowly gets
/// less, and nothing piles up.
class live_feed {
public:
  /// `streams` counts the feeds there are; `all` and `streams` must outlive it.
  live_feed(caf::actor_system& sys, caf::actor observer, snapshots& all,
            std::function<bool()> closing, std::atomic<size_t>& streams);

  ~live_feed();

  live_feed(const live_feed&) = delete;
  live_feed& operator=(const live_feed&) = delete;

  /// Waits for the next news, or for seconds; nothing once the server closes.
  std::optional<std::string> next();

private:
  using clock = std::chrono::steady_clock;

  /// How far the events of a node were told.
  struct position {
    caf::node_id id;
    uint64_t last = 0;
  };

  std::string look();

  std::string news_of(const std::string& node);

  std::string trouble(const caf::error& reason);

  caf::actor_system& sys_;
  caf::scoped_actor self_;
  caf::actor observer_;
  snapshots& all_;
  std::function<bool()> closing_;
  std::atomic<size_t>& streams_;
  tree_delta trees_;
  std::map<std::string, position> positions_;
  std::string own_node_;
  clock::time_point looked_;
  clock::time_point told_;
  bool begun_ = false;
};

} // namespace page
