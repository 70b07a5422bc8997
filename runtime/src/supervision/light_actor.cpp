// SPDX-License-Identifier: Apache-2.0

#include "supervision/light_actor.hpp"

#include <mutex>
#include <utility>

#include "caf/actor_addr.hpp"
#include "caf/default_attachable.hpp"
#include "caf/message_id.hpp"
#include "caf/system_messages.hpp"

namespace troupe {

namespace {

using link_token = caf::default_attachable::observe_token;

link_token link_to(const caf::abstract_actor& x) {
  return {x.address(), caf::default_attachable::link};
}

void send_exit(caf::abstract_actor& receiver, const caf::abstract_actor& source,
               const caf::error& reason) {
  receiver.enqueue(nullptr, caf::make_message_id(),
                   caf::make_message(caf::exit_msg{source.address(), reason}),
                   nullptr);
}

} // namespace

struct light_actor::bonds {
  caf::attachable_ptr head;
  /// Why the actor has ended, once it has.
  caf::error reason;
};

light_actor::light_actor(caf::actor_config& cfg) : cell_owner(cfg) {
  // nop
}

light_actor::~light_actor() {
  // nop
}

void light_actor::attach(caf::attachable_ptr x) {
  caf::error reason;
  {
    std::lock_guard guard{mtx_};
    if (!getf(is_terminated_flag)) {
      attach_here(std::move(x));
      return;
    }
    reason = need_bonds().reason;
  }
  x->actor_exited(reason, nullptr);
}

size_t light_actor::detach(const caf::attachable::token& what) {
  std::lock_guard guard{mtx_};
  return detach_here(what, which::all);
}

void light_actor::add_link(caf::abstract_actor* x) {
  auto bond = caf::default_attachable::make_link(address(), x->address());
  caf::error reason;
  auto has_ended = joined_exclusive_critical_section(this, x, [&] {
    if (getf(is_terminated_flag)) {
      reason = need_bonds().reason;
      return true;
    }
    if (x->add_backlink(this))
      attach_here(std::move(bond));
    return false;
  });
  if (has_ended)
    send_exit(*x, *this, reason);
}

void light_actor::remove_link(caf::abstract_actor* x) {
  auto token = link_to(*x);
  joined_exclusive_critical_section(this, x, [&] {
    x->remove_backlink(this);
    detach_here(token, which::first);
  });
}

bool light_actor::add_backlink(caf::abstract_actor* x) {
  if (getf(is_terminated_flag)) {
    send_exit(*x, *this, need_bonds().reason);
    return false;
  }
  auto token = link_to(*x);
  if (has_bond(token))
    return false;
  attach_here(caf::default_attachable::make_link(address(), x->address()));
  return true;
}

bool light_actor::remove_backlink(caf::abstract_actor* x) {
  auto token = link_to(*x);
  return detach_here(token, which::first) > 0;
}

void light_actor::terminate(caf::error reason) {
  caf::attachable_ptr head;
  {
    std::lock_guard guard{mtx_};
    if (getf(is_terminated_flag))
      return;
    setf(is_terminated_flag | is_cleaned_up_flag);
    head = std::move(need_bonds().head);
    need_bonds().reason = reason;
  }
  while (head != nullptr) {
    head->actor_exited(reason, nullptr);
    head = std::move(head->next);
  }
}

light_actor::bonds& light_actor::need_bonds() {
  if (bonds_ == nullptr)
    bonds_ = std::make_unique<bonds>();
  return *bonds_;
}

void light_actor::attach_here(caf::attachable_ptr x) {
  auto& head = need_bonds().head;
  x->next = std::move(head);
  head = std::move(x);
}

size_t light_actor::detach_here(const caf::attachable::token& what,
                                which these) {
  if (bonds_ == nullptr)
    return 0;
  size_t result = 0;
  for (auto i = &bonds_->head; *i != nullptr;) {
    if (!(*i)->matches(what)) {
      i = &(*i)->next;
      continue;
    }
    ++result;
    *i = std::move((*i)->next);
    if (these == which::first)
      break;
  }
  return result;
}

bool light_actor::has_bond(const caf::attachable::token& what) const {
  if (bonds_ != nullptr)
    for (auto i = bonds_->head.get(); i != nullptr; i = i->next.get())
      if (i->matches(what))
        return true;
  return false;
}

} // namespace troupe
