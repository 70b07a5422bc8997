// SPDX-License-Identifier: Apache-2.0

#include "supervision/in_flight.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace troupe {

namespace {

using kind = in_flight_facts::kind;
using verdict = in_flight_verdict;

struct in_flight_case {
  std::string name;
  in_flight_options options;
  in_flight_facts facts;
  in_flight_verdict expected;
};

std::ostream& operator<<(std::ostream& out, const in_flight_case& x) {
  return out << x.name;
}

class InFlight : public testing::TestWithParam<in_flight_case> {};

TEST_P(InFlight, IsDecided) {
  auto& x = GetParam();
  EXPECT_EQ(decide(x.options, x.facts), x.expected);
}

constexpr in_flight_options reply_error{.policy =
                                            in_flight_policy::reply_error};
constexpr in_flight_options drop{.policy = in_flight_policy::drop};
constexpr in_flight_options twice{.policy = in_flight_policy::retry,
                                  .retries = 2};
constexpr in_flight_options never{.policy = in_flight_policy::retry,
                                  .retries = 0};

constexpr in_flight_facts thrown_request{.what = kind::request,
                                         .end = exit_kind::failure,
                                         .threw = true,
                                         .kept = true};

constexpr in_flight_facts thrown_plain{.what = kind::plain,
                                       .end = exit_kind::failure,
                                       .threw = true,
                                       .kept = true};

constexpr in_flight_facts with(in_flight_facts x, auto member, auto value) {
  x.*member = value;
  return x;
}

constexpr auto failures = &in_flight_facts::failures;
constexpr auto threw = &in_flight_facts::threw;
constexpr auto answered = &in_flight_facts::answered;
constexpr auto end = &in_flight_facts::end;
constexpr auto kept = &in_flight_facts::kept;
constexpr auto what = &in_flight_facts::what;

const in_flight_case cases[] = {
    {"ARequestIsAnsweredByDefault", reply_error, thrown_request,
     verdict::answer},
    {"APlainMessageIsDroppedByDefault", reply_error, thrown_plain,
     verdict::drop},
    {"APromisedAnswerCannotBeGivenByDefault", reply_error,
     with(thrown_request, answered, true), verdict::drop},
    {"DropDropsARequest", drop, thrown_request, verdict::drop},
    {"DropDropsAPlainMessage", drop, thrown_plain, verdict::drop},
    {"ARequestIsTriedAgain", twice, thrown_request, verdict::retry},
    {"APlainMessageIsTriedAgain", twice, thrown_plain, verdict::retry},
    {"APromisedAnswerIsTriedAgain", twice, with(thrown_request, answered, true),
     verdict::retry},
    {"TheSecondFailureIsTriedAgain", twice, with(thrown_request, failures, 1u),
     verdict::retry},
    {"TheFailureAfterTheLastRetryIsSetAside", twice,
     with(thrown_request, failures, 2u), verdict::quarantine},
    {"WithoutRetriesTheFirstFailureIsSetAside", never, thrown_request,
     verdict::quarantine},
    {"WhatIsNotKeptIsNotTriedAgain", twice, with(thrown_request, kept, false),
     verdict::answer},
    {"APlainMessageThatIsNotKeptIsDropped", twice,
     with(thrown_plain, kept, false), verdict::drop},
    {"AnAnsweredRequestIsDoneWhenTheActorQuits", twice,
     with(with(thrown_request, threw, false), answered, true), verdict::done},
    {"AnUnansweredRequestIsTriedAgainWhenTheActorQuitsWithAnError", twice,
     with(thrown_request, threw, false), verdict::retry},
    {"APlainMessageIsTriedAgainWhenTheActorQuitsWithAnError", twice,
     with(thrown_plain, threw, false), verdict::retry},
    {"AnyMessageIsDoneWhenTheActorQuitsNormally", twice,
     with(with(thrown_request, threw, false), end, exit_kind::normal),
     verdict::done},
    {"AnyMessageIsDoneWhenTheActorQuitsForShutdown", drop,
     with(with(thrown_request, threw, false), end, exit_kind::shutdown),
     verdict::done},
    {"AnExitMessageOrAResponseIsNobodysLoss", twice,
     with(thrown_plain, what, kind::other), verdict::done},
};

INSTANTIATE_TEST_SUITE_P(Cases, InFlight, testing::ValuesIn(cases),
                         [](const auto& x) { return x.param.name; });

} // namespace

} // namespace troupe
