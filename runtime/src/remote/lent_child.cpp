// SPDX-License-Identifier: Apache-2.0

#include "remote/lent_child.hpp"

#include <utility>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/make_actor.hpp"

#include "remote/lent_report.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/cell.hpp"
#include "troupe/supervision/checkpoint_note.hpp"

namespace troupe {

lent_child::lent_child(caf::actor_config& cfg, caf::actor window)
    : light_actor(cfg), window_(std::move(window)) {
  // nop
}

void lent_child::begin(const caf::actor& child) {
  {
    std::lock_guard guard{child_mtx_};
    child_ = caf::actor_cast<caf::weak_actor_ptr>(child);
  }
  tell(nullptr,
       caf::make_message(watch_atom_v, caf::actor_cast<caf::actor>(this)));
}

void lent_child::end() {
  terminate(caf::exit_reason::normal);
}

void lent_child::on_destroy() {
  end();
}

void lent_child::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
  auto& content = what->content();
  if (what->mid.is_request()) {
    if (what->sender)
      what->sender->enqueue(
          nullptr, what->mid.response_id(),
          caf::make_message(make_error(errc::no_supervisor,
                                       "the supervisor is on another node")),
          nullptr);
    return;
  }
  if (content.match_elements<checkpoint_atom, checkpoint_note>()) {
    auto& note = content.get_as<checkpoint_note>(1);
    if (auto why = note.take_refusal())
      tell(what->sender, caf::make_message(discard_atom_v, std::move(why)));
    if (auto newest = note.take(); !newest.empty())
      tell(what->sender, caf::make_message(checkpoint_atom_v) + newest);
    return;
  }
  caf::actor child;
  {
    std::lock_guard guard{child_mtx_};
    child = caf::actor_cast<caf::actor>(child_.lock());
  }
  if (!child)
    return;
  if (content.match_elements<stats_atom>())
    tell(nullptr, caf::make_message(stats_atom_v, make_lent_report(child)));
  else if (content.match_elements<cancel_atom, caf::timespan>())
    request_cancel(child, content.get_as<caf::timespan>(1));
}

void lent_child::salvaged(salvage& found) {
  // Nobody is to hear of a cell that ends because nobody has it any more.
  if (!is_failure(kind_of(found.reason)) || found.self->strong_refs == 0)
    return;
  caf::strong_actor_ptr self{const_cast<caf::actor_control_block*>(found.self)};
  auto child = caf::actor_cast<caf::actor>(self);
  tell(std::move(self),
       caf::make_message(stats_atom_v, make_lent_report(child)));
}

/// In the name of the child, so that the news of its end come later.
void lent_child::tell(caf::strong_actor_ptr from, caf::message what) {
  if (window_)
    window_->enqueue(std::move(from), caf::make_message_id(), std::move(what),
                     nullptr);
}

caf::strong_actor_ptr make_lent_child(caf::actor_system& sys,
                                      caf::actor window) {
  caf::actor_config cfg;
  return caf::make_actor<lent_child, caf::strong_actor_ptr>(
      sys.next_actor_id(), sys.node(), &sys, cfg, std::move(window));
}

} // namespace troupe
