// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/test_system.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/local_actor.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/send.hpp"

#include "base/random_seed.hpp"
#include "port/test_scheduler.hpp"
#include "testing/name_of.hpp"
#include "testing/roll_call.hpp"
#include "troupe/config.hpp"
#include "troupe/testing/test_failure.hpp"

namespace troupe {

namespace {

config& prepare(config& x, const test_options& options) {
  test_scheduler::select(x);
  repeat_random_choices(x, options.seed.value_or(0));
  if (options.configure)
    options.configure(x);
  return x;
}

} // namespace

class test_system::impl {
public:
  explicit impl(test_options x)
      : options(std::move(x)),
        sys(prepare(cfg, options)),
        scheduler(sys),
        random(options.seed.value_or(0)) {
    // nop
  }

  void turn(size_t i) {
    if (auto x = scheduler.at(i))
      present.note(*x);
    scheduler.run(i);
  }

  bool step() {
    auto n = scheduler.size();
    if (n == 0)
      return false;
    turn(options.seed ? std::uniform_int_distribution<size_t>{0, n - 1}(random)
                      : 0);
    return true;
  }

  size_t run() {
    size_t turns = 0;
    while (step())
      if (++turns >= options.max_turns && scheduler.size() > 0)
        throw test_failure{
            fmt::format("actors are still busy after {} turns, the next is {}",
                        turns, describe(pending(0)))};
    return turns;
  }

  void advance_to(time_point end) {
    run();
    for (auto due = scheduler.next_timeout(); due && *due <= end;
         due = scheduler.next_timeout()) {
      scheduler.advance_to(*due);
      run();
    }
    scheduler.advance_to(end);
  }

  pending_turn pending(size_t i) const {
    auto x = scheduler.at(i);
    if (x == nullptr)
      return {};
    pending_turn result{.id = x->id(), .name = x->name(), .message = {}};
    if (x->getf(caf::abstract_actor::is_initialized_flag))
      if (auto element = x->peek_at_next_mailbox_element())
        result.message = element->content().stringify();
    return result;
  }

  /// A failed test must end nevertheless: the system would wait for the actors,
  /// and their timers could keep its scheduler busy for ever.
  void end_by_force() {
    for (auto& x : present.running())
      caf::anon_send_exit(x, caf::exit_reason::kill);
    for (size_t i = 0; i < options.max_turns && step(); ++i)
      continue;
    scheduler.forget_timeouts();
    sys.await_actors_before_shutdown(false);
  }

  static std::string describe(const pending_turn& x) {
    return fmt::format("{} #{} with {}", x.name, x.id,
                       x.message.empty() ? "its start" : x.message);
  }

  test_options options;
  config cfg;
  roll_call present;
  caf::actor_system sys;
  test_scheduler scheduler;
  std::mt19937_64 random;
};

test_system::test_system(test_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {
  // nop
}

test_system::~test_system() {
  std::optional<std::string> leak;
  try {
    run();
    leak = still_running();
  } catch (const std::exception& e) {
    leak = e.what();
  }
  if (!leak)
    return;
  impl_->end_by_force();
  if (impl_->options.on_leak) {
    impl_->options.on_leak(*leak);
  } else {
    std::cerr << *leak << std::endl;
    std::abort();
  }
}

caf::actor_system& test_system::system() noexcept {
  return impl_->sys;
}

bool test_system::step() {
  return impl_->step();
}

bool test_system::step(const caf::actor& x) {
  for (size_t i = 0; i < impl_->scheduler.size(); ++i) {
    if (auto y = impl_->scheduler.at(i); y != nullptr && y->id() == x.id()) {
      impl_->turn(i);
      return true;
    }
  }
  return false;
}

size_t test_system::run() {
  return impl_->run();
}

std::vector<pending_turn> test_system::pending() const {
  std::vector<pending_turn> result;
  for (size_t i = 0; i < impl_->scheduler.size(); ++i)
    result.push_back(impl_->pending(i));
  return result;
}

void test_system::advance(caf::timespan x) {
  impl_->advance_to(now() + x);
}

bool test_system::step_time() {
  auto due = impl_->scheduler.next_timeout();
  if (due)
    impl_->scheduler.advance_to(*due);
  return due.has_value();
}

test_system::time_point test_system::now() const noexcept {
  return impl_->scheduler.now();
}

std::optional<caf::timespan> test_system::next_timeout() const {
  auto due = impl_->scheduler.next_timeout();
  if (!due)
    return std::nullopt;
  return std::max(caf::timespan{*due - now()}, caf::timespan{0});
}

std::optional<std::string> test_system::still_running() const {
  auto count = impl_->sys.registry().running();
  if (count == 0)
    return std::nullopt;
  std::vector<std::string> names;
  for (auto& x : impl_->present.running())
    names.push_back(name_of(x));
  if (names.size() < count)
    names.push_back(fmt::format("{} not started", count - names.size()));
  return fmt::format("{} actor{} still run{}: {}", count, count == 1 ? "" : "s",
                     count == 1 ? "s" : "", fmt::join(names, ", "));
}

} // namespace troupe
