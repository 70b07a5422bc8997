// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/supervision/supervisor_spec.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

caf::behavior nothing(caf::event_based_actor*) {
  return {};
}

child_spec child(std::string id) {
  return {.id = std::move(id), .start = pooled(nothing)};
}

template <class Enum>
constexpr Enum nonsense = static_cast<Enum>(99);

// -- one wrong field of a child -----------------------------------------------

struct child_case {
  std::string name;
  errc expected;
  std::function<void(child_spec&)> spoil;
};

std::ostream& operator<<(std::ostream& out, const child_case& x) {
  return out << x.name;
}

class ChildSpec : public testing::TestWithParam<child_case> {};

TEST_P(ChildSpec, NamesTheWrongField) {
  auto spec = child("cache");
  GetParam().spoil(spec);
  auto err = validate(spec);
  EXPECT_EQ(err, make_error(GetParam().expected)) << describe(err);
  if (!spec.id.empty()) {
    EXPECT_NE(describe(err).find("'cache'"), std::string::npos)
        << describe(err);
  }
}

const child_case child_cases[] = {
    {"Id", errc::missing_child_id, [](auto& x) { x.id.clear(); }},
    {"Start", errc::missing_start,
     [](auto& x) {
       x.start = starter{{}, nullptr};
     }},
    {"Restart", errc::bad_restart_type,
     [](auto& x) { x.restart = nonsense<restart_type>; }},
    {"Kind", errc::bad_child_kind,
     [](auto& x) { x.kind = nonsense<child_kind>; }},
    {"NegativeStopLimit", errc::bad_stop_limit,
     [](auto& x) { x.shutdown = stop_limit::within(-1s); }},
    {"ZeroStartTimeout", errc::bad_start_timeout,
     [](auto& x) { x.start_timeout = 0s; }},
    {"NegativeStartTimeout", errc::bad_start_timeout,
     [](auto& x) { x.start_timeout = -1s; }},
    {"ZeroFirstDelay", errc::bad_backoff,
     [](auto& x) { x.delay = {.bounds = {.first = 0s, .cap = 1s}}; }},
    {"CapBelowFirstDelay", errc::bad_backoff,
     [](auto& x) { x.delay = {.bounds = {.first = 2s, .cap = 1s}}; }},
    {"ZeroResetOfDelay", errc::bad_backoff,
     [](auto& x) { x.delay = {.reset_after = 0s}; }},
    {"Significant", errc::bad_significance,
     [](auto& x) { x.significant = nonsense<significance>; }},
    {"SignificantAndPermanent", errc::bad_significance,
     [](auto& x) { x.significant = significance::significant; }},
    {"EscalationToNowhere", errc::bad_escalation,
     [](auto& x) { x.escalation = isolation_escalation{}; }},
    {"EscalationWithoutAFailure", errc::bad_escalation,
     [](auto& x) { x.escalation = {.start = pooled(nothing), .failures = 0}; }},
    {"EscalationWithoutAPeriod", errc::bad_escalation,
     [](auto& x) { x.escalation = {.start = pooled(nothing), .period = 0s}; }},
    {"EscalationOfATemporaryChild", errc::bad_escalation,
     [](auto& x) {
       x.escalation = {.start = pooled(nothing)};
       x.restart = restart_type::temporary;
     }},
    {"Mailbox", errc::bad_mailbox_policy,
     [](auto& x) { x.mailbox = nonsense<mailbox_policy>; }},
    {"InFlight", errc::bad_in_flight_policy,
     [](auto& x) { x.in_flight.policy = nonsense<in_flight_policy>; }},
    {"TooManyRetries", errc::bad_in_flight_policy,
     [](auto& x) { x.in_flight.retries = 1'001; }},
    {"TooManyWaiting", errc::bad_max_waiting,
     [](auto& x) { x.max_waiting = 100'000'001; }},
    {"StuckPolicy", errc::bad_hang_limit,
     [](auto& x) { x.hang = {.policy = nonsense<stuck_policy>}; }},
    {"ZeroHangLimit", errc::bad_hang_limit,
     [](auto& x) { x.hang = {.longest = 0s}; }},
    {"ZeroGrace", errc::bad_hang_limit,
     [](auto& x) { x.hang = {.grace = 0s}; }},
    {"HugeCheckpoint", errc::bad_checkpoint_limit,
     [](auto& x) { x.max_checkpoint_bytes = (uint64_t{1} << 30) + 1; }},
};

INSTANTIATE_TEST_SUITE_P(Wrong, ChildSpec, testing::ValuesIn(child_cases),
                         [](auto& x) { return x.param.name; });

// -- one wrong field of a supervisor ------------------------------------------

struct supervisor_case {
  std::string name;
  errc expected;
  std::function<void(supervisor_spec&)> spoil;
};

std::ostream& operator<<(std::ostream& out, const supervisor_case& x) {
  return out << x.name;
}

class SupervisorSpec : public testing::TestWithParam<supervisor_case> {};

TEST_P(SupervisorSpec, NamesTheWrongField) {
  supervisor_spec spec{.children = {child("a"), child("b")}};
  GetParam().spoil(spec);
  auto err = validate(spec);
  EXPECT_EQ(err, make_error(GetParam().expected)) << describe(err);
  EXPECT_FALSE(describe(err).empty());
}

const supervisor_case supervisor_cases[] = {
    {"Strategy", errc::bad_strategy,
     [](auto& x) { x.strategy = nonsense<supervision_strategy>; }},
    {"NoTemplate", errc::bad_template,
     [](auto& x) {
       x.strategy = supervision_strategy::dynamic;
       x.children.clear();
     }},
    {"TwoTemplates", errc::bad_template,
     [](auto& x) { x.strategy = supervision_strategy::dynamic; }},
    {"SameIdTwice", errc::duplicate_child_id,
     [](auto& x) { x.children[1].id = "a"; }},
    {"WrongChild", errc::bad_start_timeout,
     [](auto& x) { x.children[1].start_timeout = 0s; }},
    {"ZeroPeriod", errc::bad_intensity,
     [](auto& x) { x.intensity = restart_intensity{.period = 0s}; }},
    {"Scope", errc::bad_intensity,
     [](auto& x) { x.scope = nonsense<intensity_scope>; }},
    {"AutoShutdown", errc::bad_auto_shutdown,
     [](auto& x) { x.shutdown = nonsense<auto_shutdown>; }},
    {"SignificantChildForNobody", errc::bad_significance,
     [](auto& x) {
       x.children[0].restart = restart_type::transient;
       x.children[0].significant = significance::significant;
     }},
    {"KillTimeout", errc::bad_kill_timeout,
     [](auto& x) { x.kill_timeout = 0s; }},
    {"Watcher", errc::bad_watcher, [](auto& x) { x.watchers.emplace_back(); }},
    {"Quarantine", errc::bad_quarantine_limit,
     [](auto& x) { x.max_quarantined = 1'000'001; }},
    {"NoQuarantine", errc::bad_quarantine_limit,
     [](auto& x) { x.max_quarantined = 0; }},
};

INSTANTIATE_TEST_SUITE_P(Wrong, SupervisorSpec,
                         testing::ValuesIn(supervisor_cases),
                         [](auto& x) { return x.param.name; });

// -- what is right ------------------------------------------------------------

TEST(SpecValidation, DefaultsAreRight) {
  EXPECT_EQ(validate(child("a")), caf::none);
  EXPECT_EQ(validate(supervisor_spec{}), caf::none);
  EXPECT_EQ(validate(supervisor_spec{.children = {child("a"), child("b")}}),
            caf::none);
}

TEST(SpecValidation, ExtremesAreRight) {
  auto x = child("a");
  x.restart = restart_type::temporary;
  x.significant = significance::significant;
  x.shutdown = stop_limit::at_once();
  x.start_timeout = 1ns;
  x.delay = {.bounds = {.first = 1ns, .cap = 1ns}, .reset_after = 1ns};
  x.in_flight = {.policy = in_flight_policy::retry, .retries = 0};
  x.max_waiting = 0;
  x.max_checkpoint_bytes = 0;
  x.hang = {.longest = 1ns, .policy = stuck_policy::replace, .grace = 1ns};
  supervisor_spec spec{.strategy = supervision_strategy::dynamic,
                       .children = {x},
                       .intensity = restart_intensity{.restarts = 0},
                       .shutdown = auto_shutdown::all_significant,
                       .max_quarantined = 1};
  EXPECT_EQ(validate(spec), caf::none);
  spec.intensity = std::nullopt;
  spec.children[0].shutdown = stop_limit::none();
  EXPECT_EQ(validate(spec), caf::none);
}

} // namespace
} // namespace troupe
