// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "caf/event_based_actor.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/system_messages.hpp"

#include "caf/detail/private_thread.hpp"
#include "caf/detail/sync_request_bouncer.hpp"
#include "caf/scheduler/abstract_coordinator.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/cell_options.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/detail/cell_core.hpp"
#include "troupe/scheduling/detail/cell_lanes.hpp"
#include "troupe/scheduling/detail/cell_probe.hpp"
#include "troupe/scheduling/detail/reply_envelope.hpp"
#include "troupe/scheduling/detail/traced_envelope.hpp"
#include "troupe/scheduling/detail/turn.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe {

/// An event-based actor that handles ordinary messages on a short path.
///
/// `Base` is `caf::event_based_actor` or a `caf::stateful_actor<S>`; functions
/// written for those run unchanged. See `troupe::spawn`.
///
/// Differences from a stock actor, all on purpose:
/// - Control messages (exit, down and urgent ones) are handled before all data
///   that waits. Only a down message does not overtake data that the actor
///   gone down has sent before.
/// - The mailbox may be limited, see `cell_options`.
/// - An exception's text is kept in the exit reason, which is
///   `sec::runtime_error` as always.
///
/// Everything else is CAF's: requests that are awaited, responses, timeouts and
/// system messages go through `consume`, and an actor that takes part in a
/// stream leaves the short path for good.
template <class Base>
class cell : public Base, public detail::cell_probe {
public:
  using caf::abstract_actor::enqueue;

  template <class... Ts>
  explicit cell(caf::actor_config& cfg, const cell_options& opts, Ts&&... xs)
      : Base(cfg, std::forward<Ts>(xs)...), core_(opts) {
    this->set_exception_handler(detail::keep_exception_text);
  }

  ~cell() override {
    // nop
  }

  // -- overridden functions ---------------------------------------------------

  void enqueue(caf::mailbox_element_ptr ptr, caf::execution_unit* eu) override {
    if (detail::this_trace != nullptr) [[unlikely]]
      detail::attach_trace(ptr);
    switch (core_.push(ptr)) {
      case detail::cell_core::pushed::quietly:
        break;
      case detail::cell_core::pushed::wake:
        if (detail::this_turn.kept == this)
          detail::this_turn.kept = nullptr;
        else
          caf::intrusive_ptr_add_ref(caf::actor_control_block::from(this));
        if (this->getf(caf::abstract_actor::is_detached_flag))
          this->private_thread_->resume();
        else if (eu != nullptr)
          eu->exec_later(this);
        else
          this->home_system().scheduler().enqueue(this);
        break;
      case detail::cell_core::pushed::closed:
        detail::detach_trace(ptr);
        if (!detail::cell_core::hand_back(ptr, *this->ctrl())
            && ptr->mid.is_request())
          caf::detail::sync_request_bouncer{caf::error{}}(*ptr);
        break;
    }
  }

  void launch(caf::execution_unit* eu, bool lazy, bool hide) override {
    if (!lazy || this->getf(caf::abstract_actor::is_detached_flag)) {
      Base::launch(eu, false, hide);
      return;
    }
    if (!hide)
      this->register_at_system();
    if (core_.lanes.try_block())
      return;
    caf::intrusive_ptr_add_ref(this->ctrl());
    eu->exec_later(this);
  }

  caf::mailbox_element* peek_at_next_mailbox_element() override {
    return core_.peek();
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    if (auto x = core_.record())
      x->ended(this->ctrl(), reason, host);
    if (core_.has_responses())
      core_.responses().clear();
    if (!core_.lanes.is_closed()) {
      detail::envelope_list rest;
      // Without references there is no message in work, only a stale pointer.
      auto in_work = this->ctrl()->strong_refs != 0
                         ? this->current_mailbox_element()
                         : nullptr;
      core_.close(rest, reason, in_work, this->ctrl());
      caf::detail::sync_request_bouncer bounce{reason};
      while (auto x = rest.pop_front()) {
        bounce(*x);
        caf::mailbox_element_ptr{x};
      }
    }
    return Base::cleanup(std::move(reason), host);
  }

  caf::resumable::resume_result resume(caf::execution_unit* ctx,
                                       size_t max_throughput) override {
    using caf::resumable;
    if (!this->getf(caf::abstract_actor::is_initialized_flag)) {
      if (!this->activate(ctx))
        return resumable::done;
      if (auto x = core_.record())
        x->acknowledge(this->ctrl(), {}, ctx);
    } else {
      this->context(ctx);
      if (!this->alive())
        return resumable::done;
    }
    if (core_.on_caf_path || streams())
      return resume_on_caf_path(ctx, max_throughput);
    size_t handled = 0;
    for (;;) {
      auto ptr = core_.next();
      if (ptr == nullptr) {
        end_turn(handled);
        if (core_.try_block())
          return resumable::awaiting_message;
        if (handled >= max_throughput)
          return resumable::resume_later;
        continue;
      }
      caf::mailbox_element_ptr x{ptr};
      if (x->mid.is_stream_message()) {
        core_.lanes.settle();
        core_.lanes.put_back(x.release());
        return resume_on_caf_path(ctx, max_throughput);
      }
      switch (take(x)) {
        case verdict::terminated:
          core_.rest();
          return resumable::done;
        case verdict::consumed:
          ++handled;
          core_.consumed(*x);
          if (streams()) {
            core_.lanes.settle();
            return resume_on_caf_path(ctx, max_throughput);
          }
          if (core_.is_last()) {
            end_turn(handled);
            if (core_.lanes.settle_and_block())
              return resumable::awaiting_message;
          }
          core_.lanes.settle();
          if (handled >= max_throughput || turn_is_over(handled)) {
            end_turn(handled);
            return core_.try_block() ? resumable::awaiting_message
                                     : resumable::resume_later;
          }
          break;
        case verdict::dropped:
          core_.lanes.settle();
          core_.dismissed(*x);
          break;
        case verdict::skipped:
          core_.skip(x.release());
          break;
      }
    }
  }

  // -- overridden functions of cell_probe -------------------------------------

  cell_stats stats() const override {
    return core_.stats();
  }

  std::vector<envelope_record> history() const override {
    return core_.history();
  }

  detail::cell_core& core() noexcept override {
    return core_;
  }

  bool request_cancel(uint64_t at_least) override {
    return core_.request_cancel(at_least);
  }

  detail::start_record* record() noexcept override {
    return core_.record();
  }

private:
  enum class verdict { consumed, skipped, dropped, terminated };

  /// Open requests that CAF's own list handles as fast as anything else.
  static constexpr size_t open_requests_of_caf = 16;

  /// Puts the result of a handler on its way, without a response promise where
  /// none is needed.
  class replier final : public caf::detail::invoke_result_visitor {
  public:
    explicit replier(cell* self) : self_(self) {
      // nop
    }

    void operator()() override {
      // nop
    }

    void operator()(caf::error& x) override {
      detail::note_failure(x);
      reply(caf::make_message(std::move(x)));
    }

    void operator()(caf::message& x) override {
      reply(std::move(x));
    }

    void operator()(const caf::none_t&) override {
      reply(caf::make_message(caf::error{caf::sec::unexpected_response}));
    }

  private:
    void reply(caf::message&& msg) {
      auto& x = *self_->current_mailbox_element();
      auto nothing = [&msg] { return msg.vals() == nullptr || msg.empty(); };
      if ((x.mid.is_async() && nothing()) || x.mid.is_answered())
        return;
      if (!x.stages.empty()) {
        auto promise = self_->make_response_promise();
        if (msg.match_elements<caf::error>())
          promise.deliver(msg.template get_as<caf::error>(0));
        else
          promise.deliver(std::move(msg));
        return;
      }
      if (!x.sender || x.mid.is_response())
        return;
      auto dest = std::move(x.sender);
      dest->enqueue(
          caf::mailbox_element_ptr{new detail::reply_envelope{
              caf::strong_actor_ptr{caf::actor_control_block::from(self_)},
              x.mid.response_id(), std::move(msg)}},
          self_->context());
    }

    cell* self_;
  };

  bool turn_is_over(size_t handled) const noexcept {
    auto end = detail::this_turn.end;
    return core_.taken_at() > end || (handled % 16 == 0 && ticks::now() > end);
  }

  /// Does what is due before the cell sleeps or lets others run.
  void end_turn(size_t handled) {
    auto has_timeout = [this] {
      return this->getf(caf::abstract_actor::has_timeout_flag)
             || (!this->bhvr_stack_.empty()
                 && this->bhvr_stack_.back().timeout().valid());
    };
    if (handled > 0 && has_timeout())
      this->set_receive_timeout();
    core_.rest();
  }

  bool streams() const noexcept {
    return !this->stream_managers_.empty()
           || !this->pending_stream_managers_.empty();
  }

  verdict take(caf::mailbox_element_ptr& x) {
    if (detail::cell_lanes::is_control(*x))
      return handle_control(x);
    return detail::is_traced(*x) ? handle_traced(x) : handle(*x);
  }

  /// Handles a message of a trace.
  verdict handle_traced(caf::mailbox_element_ptr& x) {
    core_.lanes.settle();
    detail::span_guard span{x};
    auto result = handle(*x);
    if (result == verdict::skipped)
      span.undo(x);
    else if (result != verdict::dropped)
      span.finish(*this);
    return result;
  }

  /// Handles `x`, or whatever it must not overtake.
  verdict handle_control(caf::mailbox_element_ptr& x) {
    if (core_.is_down_msg(*x)) {
      auto source = x->content().get_as<caf::down_msg>(0).source;
      auto id = caf::actor_cast<caf::strong_actor_ptr>(source);
      if (auto earlier = id ? core_.next_from(id.get()) : nullptr) {
        core_.lanes.settle();
        core_.lanes.put_back(x.release());
        x.reset(earlier);
      }
    }
    return detail::is_traced(*x) ? handle_traced(x) : handle(*x);
  }

  /// Whether `Base` looks at messages before a behavior does.
  static constexpr bool consumes_itself = !requires(caf::invoke_message_result(
      caf::scheduled_actor::*f)(caf::mailbox_element&)) {
    f = &Base::consume;
  };

  verdict handle(caf::mailbox_element& x) {
    auto& content = x.content();
    auto token = content.type_token();
    core_.begin(x, content, token);
    auto is_response = x.mid.is_response();
    if (consumes_itself || !this->awaited_responses_.empty()
        || (!is_response
            && (this->bhvr_stack_.empty() || core_.is_special(token)))) {
      if (auto started = core_.record())
        started->note(x, *this->ctrl());
      if constexpr (consumes_itself)
        return consume_by_base(x);
      switch (this->reactivate(x)) {
        case caf::scheduled_actor::activation_result::success:
          return verdict::consumed;
        case caf::scheduled_actor::activation_result::terminated:
          return verdict::terminated;
        case caf::scheduled_actor::activation_result::skipped:
          return verdict::skipped;
        case caf::scheduled_actor::activation_result::dropped:
          return verdict::dropped;
      }
    }
    this->current_mailbox_element(&x);
    try {
      if (is_response) {
        if (!invoke_response(x, content))
          return verdict::dropped;
      } else if (!invoke(x, content)) {
        return verdict::skipped;
      }
      if (this->multiplexed_responses_.size() > open_requests_of_caf)
        spread_responses();
      this->bhvr_stack_.cleanup();
      if (this->alive())
        return verdict::consumed;
    } catch (...) {
      fail_in_work(x);
    }
    return this->finalize() ? verdict::terminated : verdict::consumed;
  }

  /// Does what CAF's `reactivate` does, but leaves the message in work to an
  /// owner who cares for it.
  verdict consume_by_base(caf::mailbox_element& x) {
    try {
      switch (static_cast<caf::scheduled_actor*>(this)->consume(x)) {
        case caf::invoke_message_result::dropped:
          return verdict::dropped;
        case caf::invoke_message_result::skipped:
          return verdict::skipped;
        case caf::invoke_message_result::consumed:
          break;
      }
      this->bhvr_stack_.cleanup();
    } catch (...) {
      fail_in_work(x);
    }
    return this->finalize() ? verdict::terminated : verdict::consumed;
  }

  /// Ends because of the exception that was thrown over `x`.
  void fail_in_work(caf::mailbox_element& x) {
    auto eptr = std::current_exception();
    auto err = this->call_handler(this->exception_handler_, this, eptr);
    detail::note_failure(err);
    if (core_.has_hooks())
      core_.failed_in_work = true;
    else if (x.mid.is_request())
      this->make_response_promise().deliver(err);
    this->quit(std::move(err));
  }

  /// Calls the behavior with an ordinary message.
  /// @returns `false` if the message was skipped.
  bool invoke(caf::mailbox_element& x, caf::type_erased_tuple& content) {
    replier visitor{this};
    constexpr auto flag = caf::abstract_actor::has_timeout_flag;
    auto had_timeout = this->getf(flag);
    if (had_timeout)
      this->unsetf(flag);
    auto consumed = true;
    switch (this->bhvr_stack_.back()(visitor, content)) {
      case caf::match_case::match:
        break;
      case caf::match_case::skip:
        consumed = false;
        break;
      case caf::match_case::no_match: {
        auto res = this->call_handler(this->default_handler_, this, x);
        if (res.flag == caf::rt_skip)
          consumed = false;
        else if (res.flag == caf::rt_error || res.flag == caf::rt_value)
          visitor.visit(res);
        break;
      }
    }
    if (!consumed && had_timeout)
      this->setf(flag);
    return consumed;
  }

  /// Calls the handler that waits for a response.
  /// @returns `false` if nobody waits for it (any more).
  bool invoke_response(caf::mailbox_element& x,
                       caf::type_erased_tuple& content) {
    caf::behavior f;
    auto& xs = this->multiplexed_responses_;
    if (auto i = xs.find(x.mid); i != xs.end()) {
      f = std::move(i->second);
      // CAF's erase would move all that follow.
      if (auto last = std::prev(xs.end()); i != last)
        *i = std::move(*last);
      xs.erase(std::prev(xs.end()));
      if (xs.empty() && core_.has_responses())
        gather_response();
    } else if (!core_.has_responses() || !core_.responses().extract(x.mid, f)) {
      return false;
    }
    if (f(content) == caf::none) {
      auto msg = caf::make_message(make_error(caf::sec::unexpected_response,
                                              x.move_content_to_message()));
      f(msg);
    }
    return true;
  }

  /// Moves handlers of responses out of CAF's list into a table, but for one,
  /// by which CAF knows that the actor waits for something.
  void spread_responses() {
    auto& xs = this->multiplexed_responses_;
    auto& table = core_.responses();
    for (auto i = std::next(xs.begin()); i != xs.end(); ++i)
      table.insert(i->first, std::move(i->second));
    xs.erase(std::next(xs.begin()), xs.end());
  }

  /// Moves one of them back.
  void gather_response() {
    auto [id, f] = core_.responses().extract_any();
    this->multiplexed_responses_.emplace(id, std::move(f));
  }

  /// Hands all messages to CAF's own mailbox and runs CAF's own loop.
  caf::resumable::resume_result resume_on_caf_path(caf::execution_unit* ctx,
                                                   size_t max_throughput) {
    core_.on_caf_path = true;
    core_.rest();
    while (core_.has_responses())
      gather_response();
    this->mailbox().try_unblock();
    core_.unskip();
    while (auto x = core_.next()) {
      core_.lanes.settle();
      caf::mailbox_element_ptr element{x};
      detail::detach_trace(element);
      this->mailbox().push_back(std::move(element));
    }
    auto result = Base::resume(ctx, max_throughput);
    if (result != caf::resumable::awaiting_message)
      return result;
    return core_.try_block() ? caf::resumable::awaiting_message
                             : caf::resumable::resume_later;
  }

  detail::cell_core core_;
};

/// What is left in the mailbox of a cell that ends.
struct salvage {
  /// Why it ends.
  caf::error reason;

  /// The cell.
  const caf::actor_control_block* self = nullptr;

  /// The message that the cell took up last, if it ends in its handler; owned
  /// by the cell.
  caf::mailbox_element* in_work = nullptr;

  /// Whether the handler of that message threw.
  bool threw = false;

  /// To be set by who sees to the answer of the message in work; otherwise a
  /// request whose handler threw is answered with `reason`. Only for hooks: a
  /// cell without them has answered already.
  bool in_work_taken = false;

  /// What waited, control first, then data in order. Who takes a request out
  /// must see to its answer; what is left here is answered with
  /// `sec::request_receiver_down`.
  std::vector<caf::mailbox_element_ptr> waiting;
};

/// Has `f` called with what is left in the mailbox when `self` ends. No effect
/// on an actor that is no cell.
void on_salvage(caf::local_actor* self, std::function<void(salvage&)> f);

} // namespace troupe
