// SPDX-License-Identifier: Apache-2.0

// How a stand-in ends, and what it leaves behind.

#include <algorithm>
#include <csignal>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include "caf/exit_reason.hpp"
#include "caf/send.hpp"

#include "buffer/reclaim_buffers.hpp"
#include "port/payload_text.hpp"
#include "process/death_text.hpp"
#include "process/stand_in.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/detail/cell_storage.hpp"
#include "troupe/scheduling/detail/start_record.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe {

namespace {

/// Between the loss of the link and the end of the process, if it has died.
constexpr auto loss_grace = std::chrono::seconds{1};

/// Counts what waits in the process as well.
class stand_in_cell final : public cell<stand_in> {
public:
  using cell<stand_in>::cell;

  cell_stats stats() const override {
    auto result = cell<stand_in>::stats();
    result.busy_for.reset();
    auto seen = page();
    auto held = stand_in::held();
    if (seen == nullptr) {
      result.waiting += held;
      return result;
    }
    result.handled = seen->handled.load();
    auto is_busy = seen->in_work.load() != 0;
    result.waiting += held - (is_busy && held > 0 ? 1 : 0);
    if (is_busy) {
      using namespace std::chrono;
      auto since =
          steady_clock::time_point{nanoseconds{seen->in_work_since_ns.load()}};
      result.busy_for =
          std::max<nanoseconds>(steady_clock::now() - since, nanoseconds{0});
    }
    return result;
  }

  /// Knows the message in work only.
  std::vector<envelope_record> history() const override {
    auto now = stats();
    auto seen = page();
    if (!now.busy_for || seen == nullptr)
      return {};
    auto& text = seen->in_work_type;
    std::string type{text, strnlen(text, sizeof(text))};
    std::replace_if(
        type.begin(), type.end(), [](char c) { return c < ' ' || c > '~'; },
        '?');
    return {{.age = *now.busy_for,
             .sender = caf::invalid_actor_id,
             .mid = {},
             .type = type.empty() ? "empty" : std::move(type),
             .size = 0}};
  }

  bool request_cancel(uint64_t at_least) override {
    auto now = stats();
    caf::timespan limit = ticks::to_duration(at_least);
    if (!now.busy_for || *now.busy_for < limit)
      return false;
    enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
            caf::make_message(cancel_wanted{limit}), nullptr);
    return true;
  }
};

} // namespace

void stand_in::exit_asked(const caf::exit_msg& x) {
  if (!x.reason)
    return;
  if (!asked_ || x.reason == caf::exit_reason::kill)
    asked_ = x.reason;
  if (!worker_) {
    // Whatever the host gets for it is of no use any more.
    end(x.reason);
  } else if (x.reason == caf::exit_reason::kill || !up_) {
    perform(stop_.kill());
  } else {
    perform(stop_.stop(clock().now()));
  }
}

void stand_in::perform(std::optional<stop_phase> what) {
  if (!what)
    return;
  switch (*what) {
    case stop_phase::running:
      break;
    case stop_phase::asked:
      if (linked_)
        send(caf::actor_cast<caf::actor>(seat_), stop_atom_v, *asked_);
      break;
    case stop_phase::terminated:
      send(order_.host, worker_signal{*worker_, SIGTERM});
      break;
    case stop_phase::killed:
      send(order_.host, worker_signal{*worker_, SIGKILL});
      break;
  }
  if (auto due = stop_.deadline())
    delayed_send(this, *due - clock().now(), stop_due{});
}

/// The process has most likely died, which will be told.
void stand_in::seat_down() {
  linked_ = false;
  delayed_send(this, loss_grace, seat_lost{});
}

/// Without a link the process is of no use.
void stand_in::give_up() {
  if (!told_)
    given_up_ = "the link to it broke";
  send(order_.host, worker_signal{*worker_, SIGKILL});
}

void stand_in::process_ended(const process_end& how) {
  death_facts facts{.told = told_,
                    .end = how,
                    .stopping = stop_.phase(),
                    .asked = asked_.value_or(caf::error{}),
                    .given_up = given_up_,
                    .limits = order_.options.limits};
  if (up_)
    facts.handled = (*page_)->handled.load();
  if (auto number = in_work())
    facts.in_message = port::payload_text(messages_.at(*number).content);
  end(death_reason_of(facts));
}

void stand_in::end(caf::error reason) {
  if (auto x = detail::record_of(this); x != nullptr && order_.starter)
    x->opening().waiting = std::exchange(order_.starter, nullptr);
  quit(std::move(reason));
}

/// Returns the message that the process was working on.
std::optional<uint64_t> stand_in::in_work() const {
  if (page_ == nullptr)
    return std::nullopt;
  auto number = (*page_)->in_work.load();
  if (number == 0 || messages_.count(number) == 0)
    return std::nullopt;
  return number;
}

/// Leaves what the process had not begun to the next incarnation, and the
/// message in work to whoever decides about it.
void stand_in::leave_all(salvage& found) {
  auto last_handled = page_ != nullptr ? (*page_)->last_handled.load() : 0;
  auto working_on = in_work().value_or(0);
  auto at_fault = is_failure(kind_of(found.reason));
  auto gone = found.reason ? found.reason
                           : make_error(errc::link_lost, "the actor has ended");
  std::vector<caf::mailbox_element_ptr> rest;
  found.in_work = nullptr;
  found.threw = false;
  for (auto& [number, x] : messages_) {
    auto begun = number == working_on || number <= last_handled;
    if (number == working_on && at_fault) {
      in_work_ = x.envelope();
      found.in_work = in_work_.get();
      found.threw = true;
    } else if (!begun || (x.is_request() && x.is_kept())) {
      if (!begun)
        reclaim_buffers(x.content);
      rest.push_back(x.envelope());
    } else if (x.is_request()) {
      // Its answer got lost on the way, or was never to come.
      x.answer(nullptr, caf::make_message(gone), nullptr);
    }
  }
  found.waiting.insert(found.waiting.begin(),
                       std::make_move_iterator(rest.begin()),
                       std::make_move_iterator(rest.end()));
}

caf::strong_actor_ptr
launch_stand_in(caf::actor_system& sys, caf::actor_config& cfg,
                std::unique_ptr<detail::start_record> record,
                const cell_hooks& hooks, stand_in_order order) {
  if (cfg.host == nullptr)
    cfg.host = sys.dummy_execution_unit();
  // The stand-in acknowledges its start by itself.
  order.starter = std::exchange(record->opening().waiting, nullptr);
  auto result = detail::cell_storage<stand_in_cell>::make(
      sys, cfg, cell_options{.hooks = hooks}, std::move(order));
  auto self = static_cast<stand_in_cell*>(result->get());
  self->core().record(std::move(record));
  self->launch(cfg.host, false, false);
  return result;
}

} // namespace troupe
