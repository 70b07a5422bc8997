// SPDX-License-Identifier: Apache-2.0

#include "remote/child_window.hpp"

#include <utility>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/make_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/supervision/checkpoint_note.hpp"

namespace troupe {

namespace {

/// A question that is not answered within this time was lost.
constexpr auto answer_time = std::chrono::seconds{1};

} // namespace

child_window::child_window(caf::actor_config& cfg,
                           caf::weak_actor_ptr supervisor, std::string child,
                           uint64_t generation)
    : monitorable_actor(cfg),
      supervisor_(std::move(supervisor)),
      child_(std::move(child)),
      generation_(generation),
      box_(std::make_shared<detail::checkpoint_box>()) {
  // nop
}

const char* child_window::name() const {
  return "troupe.child_window";
}

void child_window::enqueue(caf::mailbox_element_ptr what,
                           caf::execution_unit* context) {
  auto& content = what->content();
  if (what->mid.is_request()) {
    if (what->sender)
      what->sender->enqueue(
          nullptr, what->mid.response_id(),
          caf::make_message(caf::make_error(caf::sec::unexpected_message)),
          context);
  } else if (content.size() > 1 && content.match_element<checkpoint_atom>(0)) {
    if (box_->put(what->move_content_to_message().drop(1)))
      tell(what->sender, context);
  } else if (content.match_elements<discard_atom, caf::error>()) {
    if (box_->refuse(content.get_as<caf::error>(1)))
      tell(what->sender, context);
  } else if (content.match_elements<stats_atom, lent_report>()) {
    std::lock_guard guard{mtx_};
    last_ = content.get_as<lent_report>(1);
    asked_.reset();
  } else if (content.match_elements<watch_atom, caf::actor>()) {
    std::unique_lock guard{mtx_};
    there_ = content.get_as<caf::actor>(1);
    ask(std::move(guard));
  }
}

std::optional<cell_stats> child_window::stats() {
  std::optional<cell_stats> result;
  std::unique_lock guard{mtx_};
  if (last_)
    result = stats_in(*last_);
  ask(std::move(guard));
  return result;
}

std::vector<envelope_record> child_window::history() {
  std::lock_guard guard{mtx_};
  return last_ ? history_in(*last_) : std::vector<envelope_record>{};
}

bool child_window::request_cancel(caf::timespan at_least) {
  std::unique_lock guard{mtx_};
  auto is_busy = last_ && last_->busy_for && *last_->busy_for >= at_least;
  auto there = there_;
  guard.unlock();
  if (!is_busy || !there)
    return false;
  there->enqueue(caf::strong_actor_ptr{ctrl()}, caf::make_message_id(),
                 caf::make_message(cancel_atom_v, at_least), nullptr);
  return true;
}

void child_window::ask(std::unique_lock<std::mutex> guard) {
  auto now = std::chrono::steady_clock::now();
  if (!there_ || (asked_ && now - *asked_ < answer_time))
    return;
  asked_ = now;
  auto there = there_;
  guard.unlock();
  there->enqueue(caf::strong_actor_ptr{ctrl()}, caf::make_message_id(),
                 caf::make_message(stats_atom_v), nullptr);
}

void child_window::tell(caf::strong_actor_ptr from,
                        caf::execution_unit* context) {
  if (auto supervisor = supervisor_.lock())
    supervisor->enqueue(
        caf::make_mailbox_element(std::move(from), caf::make_message_id(), {},
                                  checkpoint_atom_v,
                                  checkpoint_note{child_, generation_, box_}),
        context);
}

caf::actor open_window(caf::actor_system& sys, caf::weak_actor_ptr supervisor,
                       std::string child, uint64_t generation) {
  caf::actor_config cfg;
  return caf::make_actor<child_window, caf::actor>(
      sys.next_actor_id(), sys.node(), &sys, cfg, std::move(supervisor),
      std::move(child), generation);
}

void show(const caf::actor& window, const caf::actor& child) {
  if (!window)
    return;
  auto proxy = dynamic_cast<distant_actor*>(
      caf::actor_cast<caf::abstract_actor*>(child));
  if (proxy == nullptr) {
    close(window);
    return;
  }
  auto keep = std::make_shared<caf::actor>(window);
  proxy->view({keep, static_cast<child_window*>(
                         caf::actor_cast<caf::abstract_actor*>(window))});
  child->attach_functor([window] { close(window); });
}

void close(const caf::actor& window) {
  if (window)
    static_cast<child_window*>(caf::actor_cast<caf::abstract_actor*>(window))
        ->cleanup(caf::exit_reason::normal, nullptr);
}

} // namespace troupe
