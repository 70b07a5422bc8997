// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <exception>
#include <memory>
#include <utility>

#include "caf/blocking_actor.hpp"

#include "troupe/base/exception_reason.hpp"
#include "troupe/scheduling/detail/start_record.hpp"

namespace troupe {

/// A blocking actor that acknowledges its start when its thread begins, and
/// keeps the text of an exception in its exit reason.
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

  void act() override {
    record_->acknowledge(this->ctrl(), {}, nullptr);
    try {
      Base::act();
    } catch (...) {
      auto eptr = std::current_exception();
      this->fail_state(exception_reason(eptr));
    }
  }

  detail::start_record* record() noexcept override {
    return record_.get();
  }

private:
  std::unique_ptr<detail::start_record> record_;
};

} // namespace troupe
