// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <mutex>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"

#include "supervision/light_actor.hpp"

namespace troupe {

/// What a child that was lent to this node has instead of its supervisor: tells
/// the `child_window` on the supervisor's node what becomes of it.
///
/// | accepts                             | from the child, and passes it on   |
/// |-------------------------------------|------------------------------------|
/// | `(checkpoint_atom, checkpoint_note)`| as a checkpoint, or a refusal      |
///
/// | accepts                             | from the window                    |
/// |-------------------------------------|------------------------------------|
/// | `(stats_atom)`                      | tells what the child does          |
/// | `(cancel_atom, timespan)`           | asks the child to give up a message|
/// |                                     | that it has had for so long        |
///
/// A request is answered with `errc::no_supervisor`. What the child has told
/// arrives before its end does.
class lent_child final : public light_actor {
public:
  lent_child(caf::actor_config& cfg, caf::actor window);

  /// Names the child, which has started.
  void begin(const caf::actor& child);

  /// The child has ended or was not started.
  void end();

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override;

  void salvaged(salvage& found) override;

  void on_destroy() override;

private:
  void tell(caf::strong_actor_ptr from, caf::message what);

  const caf::actor window_;
  std::mutex child_mtx_;
  caf::weak_actor_ptr child_;
};

/// @param window May be null; then nothing is told.
caf::strong_actor_ptr make_lent_child(caf::actor_system& sys,
                                      caf::actor window);

} // namespace troupe
