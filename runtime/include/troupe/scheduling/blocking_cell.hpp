// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <exception>
#include <memory>
#include <utility>

#include "caf/blocking_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/exception_reason.hpp"
#include "troupe/scheduling/detail/request_watch.hpp"
#include "troupe/scheduling/detail/start_record.hpp"

namespace troupe {

/// A blocking actor that acknowledges its start when its thread begins, keeps
/// the text of an exception in its exit reason, and answers the request that
/// the exception is about with that reason.
///
/// `Base` is `caf::blocking_actor` or a class derived from it.
template <class Base>
class blocking_cell : public Base, public detail::started_actor {
public:
  template <class... Ts>
  explicit blocking_cell(caf::actor_config& cfg,
                         std::unique_ptr<detail::start_record> record,
                         Ts&&... xs)
      : Base(cfg, std::forward<Ts>(xs)...), record_(std::move(record)) {
    // nop
  }

  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override {
    Base::enqueue(detail::request_watch::watched(std::move(what)), context);
  }

  void act() override {
    record_->acknowledge(this->ctrl(), {}, nullptr);
    detail::request_watch watch;
    try {
      Base::act();
      watch.answer(caf::sec::request_receiver_down);
    } catch (...) {
      auto eptr = std::current_exception();
      auto reason = exception_reason(eptr);
      watch.answer(reason);
      this->fail_state(std::move(reason));
    }
  }

  detail::start_record* record() noexcept override {
    return record_.get();
  }

private:
  std::unique_ptr<detail::start_record> record_;
};

} // namespace troupe
