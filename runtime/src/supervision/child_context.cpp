// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/child_context.hpp"

#include <memory>
#include <utility>

#include "caf/actor_cast.hpp"
#include "caf/local_actor.hpp"
#include "caf/mailbox_element.hpp"

#include "port/serialized_bytes.hpp"
#include "supervision/refused_checkpoint.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/detail/start_record.hpp"
#include "troupe/supervision/checkpoint_note.hpp"

namespace troupe {

namespace {

/// Returns nothing for an actor that was started, but not as a child.
detail::start_record* child_record(caf::local_actor* self) {
  auto result = detail::record_of(self);
  return result != nullptr && !result->child.empty() ? result : nullptr;
}

caf::error check_size(caf::local_actor& self, const caf::message& snapshot,
                      uint64_t limit) {
  auto bytes = port::serialized_bytes(self.home_system(), snapshot);
  if (!bytes)
    return make_error(errc::type_not_allowed,
                      "a checkpoint must be serializable: "
                          + describe(bytes.error()));
  if (*bytes > limit)
    return make_error(errc::message_too_large,
                      "a checkpoint of " + std::to_string(*bytes)
                          + " bytes exceeds the limit of "
                          + std::to_string(limit));
  return {};
}

detail::checkpoint_box& box_of(detail::start_record& x) {
  auto& box = x.checkpoints().box;
  if (box == nullptr)
    box = std::make_shared<detail::checkpoint_box>();
  return *box;
}

void tell(caf::local_actor& self, detail::start_record& x,
          caf::actor_control_block& supervisor) {
  supervisor.enqueue(
      caf::make_mailbox_element(
          caf::strong_actor_ptr{self.ctrl()}, caf::make_message_id(), {},
          checkpoint_atom_v,
          checkpoint_note{x.child, x.generation, x.checkpoints().box}),
      self.context());
}

} // namespace

std::optional<child_context> child_context_of(caf::local_actor* self) {
  auto x = child_record(self);
  if (x == nullptr)
    return std::nullopt;
  return child_context{x->child, x->generation,
                       caf::actor_cast<caf::actor>(x->parent.lock())};
}

caf::message last_checkpoint(caf::local_actor* self) {
  auto x = detail::record_of(self);
  return x != nullptr ? x->checkpoint() : caf::message{};
}

caf::error checkpoint(caf::local_actor* self, caf::message snapshot) {
  auto x = child_record(self);
  auto supervisor = x != nullptr ? x->parent.lock() : nullptr;
  if (supervisor == nullptr)
    return make_error(errc::no_supervisor, "nobody to keep the checkpoint");
  auto err = check_size(*self, snapshot, x->checkpoints().max_bytes);
  if (!err)
    x->checkpoints().newest = snapshot;
  auto& box = box_of(*x);
  if (err ? box.refuse(err) : box.put(std::move(snapshot)))
    tell(*self, *x, *supervisor);
  return err;
}

void tell_refused_checkpoint(caf::local_actor* self, caf::error why) {
  auto x = child_record(self);
  auto supervisor = x != nullptr ? x->parent.lock() : nullptr;
  if (supervisor != nullptr && box_of(*x).refuse(std::move(why)))
    tell(*self, *x, *supervisor);
}

} // namespace troupe
