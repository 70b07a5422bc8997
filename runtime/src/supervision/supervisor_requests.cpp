// SPDX-License-Identifier: Apache-2.0

// What `supervisor_state` does on request.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"

#include "supervision/supervisor_state.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/cell_stats.hpp"

namespace troupe {

namespace {

caf::error unknown(const std::string& id) {
  return make_error(errc::unknown_child, fmt::format("no child '{}'", id));
}

std::string place_text(const placement& x) {
  auto result = to_string(x.level);
  return x.node.empty() ? result : result + " " + x.node;
}

void put_stats(const cell_stats& from, const caf::actor& who, child_info& to) {
  to.waiting_messages += from.waiting;
  to.control_waiting = from.control_waiting;
  to.work = work_in(from);
  if (!from.busy_for)
    return;
  to.busy_for = caf::timespan{*from.busy_for};
  if (auto last = history_of(who); !last.empty())
    to.message = std::move(last.back().type);
}

} // namespace

caf::result<void> supervisor_state::await_ready() {
  if (ready_ && !exit_reason_)
    return caf::unit;
  ready_calls_.push_back(self_->make_response_promise());
  return ready_calls_.back();
}

supervisor_state::answer_type supervisor_state::start_static(child_spec& spec) {
  if (template_)
    return make_error(errc::not_for_dynamic,
                      "children of a dynamic supervisor have a template");
  if (auto err = validate(spec))
    return err;
  if (auto err = validate_significance(spec, shutdown_))
    return err;
  if (find(spec.id))
    return make_error(errc::child_exists,
                      fmt::format("there is a child '{}'", spec.id));
  auto id = spec.id;
  return start(std::make_shared<const child_spec>(std::move(spec)),
               std::move(id));
}

supervisor_state::answer_type supervisor_state::start_dynamic(starter* start) {
  if (!template_)
    return make_error(errc::only_for_dynamic,
                      "only a dynamic supervisor has a template to start from");
  auto spec = template_;
  if (start != nullptr) {
    auto other = *template_;
    other.start = std::move(*start);
    if (auto err = validate(other))
      return err;
    spec = std::make_shared<const child_spec>(std::move(other));
  }
  auto id = fmt::format("{}-{}", template_->id, ++last_dynamic_);
  return this->start(std::move(spec), std::move(id));
}

supervisor_state::answer_type
supervisor_state::start(std::shared_ptr<const child_spec> spec,
                        std::string id) {
  auto call = wait(true);
  auto promise = calls_.at(call).promise;
  auto policy = template_policy_;
  if (!policy)
    policy = std::make_shared<const child_policy>(policy_of(*spec));
  if (auto place = plan_.start(call, std::move(policy), now()))
    settle_in(*place, std::move(spec), std::move(id));
  perform();
  return promise;
}

caf::result<void> supervisor_state::stop(const std::string& id) {
  auto place = find(id);
  if (!place)
    return unknown(id);
  auto call = wait(false);
  auto promise = calls_.at(call).promise;
  plan_.stop(call, *place, now());
  perform();
  return promise;
}

supervisor_state::answer_type supervisor_state::restart(const std::string& id) {
  auto place = find(id);
  if (!place)
    return unknown(id);
  auto call = wait(true);
  auto promise = calls_.at(call).promise;
  plan_.restart(call, *place, now());
  perform();
  return promise;
}

caf::result<void> supervisor_state::remove(const std::string& id) {
  auto place = find(id);
  if (!place)
    return unknown(id);
  auto call = wait(false);
  auto promise = calls_.at(call).promise;
  plan_.remove(call, *place);
  perform();
  return promise;
}

supervisor_state::answer_type supervisor_state::child(const std::string& id) {
  auto place = find(id);
  if (!place)
    return unknown(id);
  auto& x = residents_[*place];
  if (!x.handle)
    return make_error(errc::child_not_running,
                      fmt::format("child '{}' is not running", id));
  return x.handle->handle();
}

caf::result<child_info, caf::actor>
supervisor_state::probe(const std::string& id) {
  auto place = find(id);
  if (!place)
    return unknown(id);
  return {info_of(*place, now()), residents_[*place].incarnation};
}

child_info supervisor_state::info_of(place_id id,
                                     supervision_plan::time_point time) const {
  child_info result;
  auto& places = plan_.places();
  auto& x = residents_[id];
  result.id = *x.id;
  result.type = x.spec->id;
  auto& start =
      places[id].is_moved() ? x.spec->escalation->start : x.spec->start;
  result.place = place_text(start.where());
  plan_.describe(id, time, result);
  if (x.last_death)
    result.last_death = *x.last_death;
  if (x.handle)
    result.waiting_messages = x.handle->stats().waiting;
  if (!x.incarnation)
    return result;
  result.node = x.incarnation.node();
  result.actor = x.incarnation.id();
  if (auto stats = stats_of(x.incarnation))
    put_stats(*stats, x.incarnation, result);
  return result;
}

std::vector<child_info> supervisor_state::children() {
  std::vector<child_info> result;
  auto& places = plan_.places();
  result.reserve(places.size());
  auto time = now();
  for (auto id = places.first(); id != place::none; id = places[id].next)
    result.push_back(info_of(id, time));
  return result;
}

void supervisor_state::watch(caf::actor& who, std::string path) {
  if (!who)
    return;
  auto same = [&](auto& x) { return x.who == who; };
  if (std::none_of(watchers_.begin(), watchers_.end(), same))
    self_->monitor(who);
  auto again = [&](auto& x) { return x.who == who && x.path == path; };
  watchers_.erase(std::remove_if(watchers_.begin(), watchers_.end(), again),
                  watchers_.end());
  watchers_.push_back({who, std::move(path)});
  auto& places = plan_.places();
  for (auto id = places.first(); id != place::none; id = places[id].next)
    if (places[id].state == child_state::up)
      tell_of_start(watchers_.back(), id);
}

void supervisor_state::tell_of_start(const watcher& x, place_id place) {
  auto& y = residents_[place];
  self_->send(
      x.who, supervision_event{.what = supervision_event::kind::started,
                               .child = x.path + *y.id,
                               .generation = plan_.places()[place].generation});
  if (y.spec->kind == child_kind::supervisor && y.incarnation)
    self_->send(y.incarnation, watch_atom_v, x.who, x.path + *y.id + "/");
}

caf::result<void> supervisor_state::replay(uint64_t number) {
  auto x = quarantine_.find(number);
  if (x == nullptr)
    return make_error(errc::unknown_message,
                      fmt::format("no message {} in quarantine", number));
  auto place = find(x->child);
  auto handle = place ? residents_[*place].handle : nullptr;
  if (!handle)
    return make_error(errc::child_not_running,
                      fmt::format("child '{}' is not running", x->child));
  handle->replay(caf::make_mailbox_element(x->sender, caf::make_message_id(),
                                           {}, x->payload),
                 self_->context());
  quarantine_.take(number);
  return caf::unit;
}

caf::result<void> supervisor_state::discard(uint64_t number) {
  if (!quarantine_.take(number))
    return make_error(errc::unknown_message,
                      fmt::format("no message {} in quarantine", number));
  return caf::unit;
}

std::optional<place_id> supervisor_state::find(const std::string& id) const {
  auto i = index_.find(id);
  if (i == index_.end())
    return std::nullopt;
  return i->second;
}

call_id supervisor_state::wait(bool wants_handle) {
  calls_.emplace(++last_call_,
                 waiting_call{self_->make_response_promise(), wants_handle});
  return last_call_;
}

} // namespace troupe
