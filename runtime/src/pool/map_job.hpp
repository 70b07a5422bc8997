// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/response_promise.hpp"

#include "pool/map_plan.hpp"
#include "troupe/pool/detail/map_items.hpp"
#include "troupe/scheduling/envelope_actor.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe {

/// Maps inputs through a pool, once.
///
/// | accepts      | replies                                                |
/// |--------------|--------------------------------------------------------|
/// | `(get_atom)` | the answer; begins with the work. Only the first time. |
///
/// Exits when it has answered, or when whoever asked has ended.
class map_job : public envelope_actor {
public:
  map_job(caf::actor_config& cfg, caf::actor pool,
          std::shared_ptr<detail::map_items> items, detail::map_mode mode,
          map_options options);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

  bool take(caf::mailbox_element& x) override;

  void on_exit() override;

private:
  caf::response_promise begin();

  void send_pieces();

  void send_piece(const map_piece& x);

  void ask_for_workers();

  void watch_deadline();

  void wait_for_room();

  void succeeded(const map_piece& x, caf::message& reply);

  void failed(const map_piece& x, const caf::error& reason);

  void note_failure(size_t i, caf::error reason);

  /// Passes on what one piece gave, without its failed tasks.
  void report(const map_piece& x, size_t failures_before);

  void finish_if_done();

  void fail(caf::error reason);

  task_options options_for(const map_piece& x) const;

  caf::actor pool_;
  std::shared_ptr<detail::map_items> items_;
  detail::map_mode mode_;
  map_options options_;
  std::string group_;
  std::optional<map_plan> plan_;
  std::optional<map_plan::time_point> deadline_;
  std::unordered_map<uint64_t, map_piece> open_;
  std::vector<task_failure> failures_;
  size_t workers_asked_at_ = 0;
  bool waits_for_room_ = false;
  std::optional<trace_context> trace_;
  caf::response_promise answer_;
};

} // namespace troupe
