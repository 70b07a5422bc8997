// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/fwd.hpp"
#include "caf/monitorable_actor.hpp"

#include "remote/lent_report.hpp"
#include "scheduling/distant_actor.hpp"
#include "troupe/scheduling/detail/checkpoint_box.hpp"

namespace troupe {

/// What the node of a supervisor knows of a child that another node was lent:
/// gets its checkpoints, and what the `lent_child` there tells of it.
///
/// | accepts from there         | meaning                                     |
/// |----------------------------|---------------------------------------------|
/// | `(watch_atom, actor)`      | the child has started; whom to ask          |
/// | `(checkpoint_atom, ...)`   | the child has made a checkpoint             |
/// | `(discard_atom, error)`    | it has made one that was refused            |
/// | `(stats_atom, lent_report)`| what it does, or did until its end          |
///
/// An actor without mailbox: what arrives is known at once, and before the
/// child's end is.
class child_window final : public caf::monitorable_actor, public distant_view {
public:
  child_window(caf::actor_config& cfg, caf::weak_actor_ptr supervisor,
               std::string child, uint64_t generation);

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override;

  const char* name() const override;

  std::optional<cell_stats> stats() override;

  std::vector<envelope_record> history() override;

  bool request_cancel(caf::timespan at_least) override;

private:
  void ask(std::unique_lock<std::mutex> guard);

  void tell(caf::strong_actor_ptr from, caf::execution_unit* context);

  const caf::weak_actor_ptr supervisor_;
  const std::string child_;
  const uint64_t generation_;
  const std::shared_ptr<detail::checkpoint_box> box_;

  std::mutex mtx_;
  caf::actor there_;
  std::optional<lent_report> last_;

  /// When the question was sent that is not answered.
  std::optional<std::chrono::steady_clock::time_point> asked_;
};

/// Makes a window for a child that is about to be lent.
caf::actor open_window(caf::actor_system& sys, caf::weak_actor_ptr supervisor,
                       std::string child, uint64_t generation);

/// Shows `child` through `window`, which closes when the child has ended.
void show(const caf::actor& window, const caf::actor& child);

/// Closes a window that nothing will be seen through. No effect on null.
void close(const caf::actor& window);

} // namespace troupe
