// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "caf/attachable.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"

#include "troupe/scheduling/cell_hooks.hpp"

namespace troupe {

/// An actor without mailbox that can be monitored, linked and attached to like
/// any other, in little memory: what CAF's `monitorable_actor` keeps in every
/// actor, this one makes when it is needed.
class light_actor : public cell_owner {
public:
  ~light_actor() override;

  void attach(caf::attachable_ptr x) override;

  size_t detach(const caf::attachable::token& what) override;

  void add_link(caf::abstract_actor* x) override;

  void remove_link(caf::abstract_actor* x) override;

  bool add_backlink(caf::abstract_actor* x) override;

  bool remove_backlink(caf::abstract_actor* x) override;

protected:
  explicit light_actor(caf::actor_config& cfg);

  /// Ends the actor: tells all who are attached. Only the first call counts.
  void terminate(caf::error reason);

private:
  struct bonds;

  // -- with the mutex of CAF's base class held --------------------------------

  bonds& need_bonds();

  void attach_here(caf::attachable_ptr x);

  /// Takes out those that match; the first one only, or all.
  enum class which { first, all };

  size_t detach_here(const caf::attachable::token& what, which these);

  bool has_bond(const caf::attachable::token& what) const;

  std::unique_ptr<bonds> bonds_;
};

} // namespace troupe
