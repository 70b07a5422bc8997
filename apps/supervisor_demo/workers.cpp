// SPDX-License-Identifier: Apache-2.0

#include "workers.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "caf/actor_cast.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/process/process.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/supervision/child_context.hpp"

#include "primes.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;

/// The longest time that a handler stays stuck, whatever its manners.
constexpr auto longest_hang = 1s;

/// What makes a worker fail.
class weakness {
public:
  weakness(manners how, impact worst) : how_(how), worst_(worst) {
    // nop
  }

  void arm(uint8_t kind) {
    armed_ = static_cast<fault_kind>(kind);
  }

  /// Called in the middle of a piece of work.
  void strike(caf::event_based_actor* self) {
    if (!armed_)
      return;
    switch (*std::exchange(armed_, std::nullopt)) {
      case fault_kind::throws:
        if (worst_ == impact::crash)
          raise(SIGSEGV);
        throw std::runtime_error("lost count");
      case fault_kind::quits:
        self->quit(caf::make_error(caf::sec::runtime_error, "had enough"));
        break;
      case fault_kind::stuck:
        hang(self);
        break;
      default:
        break;
    }
  }

private:
  void hang(caf::event_based_actor* self) const {
    troupe::cancel_token cancel{self};
    auto end = std::chrono::steady_clock::now() + longest_hang;
    while (std::chrono::steady_clock::now() < end)
      if (how_ == manners::polite && cancel.requested())
        return;
  }

  manners how_;
  impact worst_;
  std::optional<fault_kind> armed_;
};

[[noreturn]] void die_of(size_t number) {
  throw std::runtime_error("poisoned by message " + std::to_string(number));
}

} // namespace

caf::behavior counter(caf::event_based_actor* self, manners how, impact worst) {
  auto weak_spot = std::make_shared<weakness>(how, worst);
  return {
      [=](uint64_t first, uint64_t last) -> caf::result<uint64_t> {
        auto middle = first + (last - first) / 2;
        auto result = count_primes(first, middle);
        weak_spot->strike(self);
        return result + count_primes(middle, last);
      },
      [=](arm_atom, uint8_t kind) { weak_spot->arm(kind); },
      [](poison_atom, size_t number) { die_of(number); },
  };
}

caf::behavior surveyor(caf::event_based_actor* self, size_t index, survey what,
                       impact worst, caf::actor out) {
  size_t done = 0;
  uint64_t primes = 0;
  if (auto left = troupe::last_checkpoint(self);
      left.match_elements<size_t, uint64_t>()) {
    done = left.get_as<size_t>(0);
    primes = left.get_as<uint64_t>(1);
  }
  auto weak_spot = std::make_shared<weakness>(manners::polite, worst);
  self->send(self, step_atom::value, done, primes);
  return {
      [=](step_atom, size_t step, uint64_t so_far) {
        // What an earlier incarnation has sent itself is out of date.
        if (self->current_sender() != self)
          return;
        if (step == what.steps) {
          self->send(out, survey_atom::value, index, so_far);
          return;
        }
        auto width = what.last - what.first;
        auto first = what.first + width * step / what.steps;
        auto last = what.first + width * (step + 1) / what.steps;
        auto sum = so_far + count_primes(first, last);
        self->send(out, step_atom::value, index, step);
        weak_spot->strike(self);
        if (auto problem = troupe::checkpoint(self, step + 1, sum))
          self->quit(std::move(problem));
        else
          self->send(self, step_atom::value, step + 1, sum);
      },
      [=](arm_atom, uint8_t kind) { weak_spot->arm(kind); },
      [](poison_atom, size_t number) { die_of(number); },
  };
}

void add_worker_types(troupe::config& cfg, impact worst) {
  cfg.add_actor_type("counter", [=](caf::event_based_actor* self, uint8_t how) {
    return counter(self, static_cast<manners>(how), worst);
  });
  cfg.add_actor_type("surveyor", [=](caf::event_based_actor* self, size_t index,
                                     uint64_t first, uint64_t last,
                                     size_t steps, caf::actor out) {
    return surveyor(self, index, {first, last, steps}, worst, std::move(out));
  });
}

// [process]
troupe::starter counter_process(manners how) {
  return troupe::process("counter", static_cast<uint8_t>(how));
}
// [process]

troupe::starter surveyor_process(size_t index, survey what, caf::actor out) {
  return troupe::process("surveyor", index, what.first, what.last, what.steps,
                         std::move(out));
}

troupe::starter counter_on(const troupe::node& node, manners how) {
  return node.least_loaded(
      {.type = "counter",
       .args = caf::make_message(static_cast<uint8_t>(how))});
}

troupe::starter surveyor_on(const troupe::node& node, size_t index, survey what,
                            caf::actor out) {
  return node.least_loaded(
      {.type = "surveyor",
       .args = caf::make_message(index, what.first, what.last, what.steps,
                                 std::move(out))});
}

} // namespace demo
