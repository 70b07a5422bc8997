// SPDX-License-Identifier: Apache-2.0

#include "order.hpp"

#include <chrono>
#include <ostream>
#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace server_app {

using namespace std::chrono_literals;

namespace {

struct wrong_case {
  std::string name;
  order_or_problem (*parse)(std::string_view);
  std::string body;
  std::string field;
  std::string says;
};

std::ostream& operator<<(std::ostream& out, const wrong_case& x) {
  return out << x.name;
}

order_or_problem map_fib(std::string_view body) {
  return parse_map("fib", body);
}

order_or_problem map_particles(std::string_view body) {
  return parse_map("particles", body);
}

const order& order_of(const order_or_problem& x) {
  if (auto* what = std::get_if<web::problem>(&x))
    throw std::runtime_error{what->detail};
  return std::get<order>(x);
}

class WrongOrder : public testing::TestWithParam<wrong_case> {};

TEST_P(WrongOrder, IsRefusedWithTheField) {
  auto& x = GetParam();
  auto parsed = x.parse(x.body);
  auto* what = std::get_if<web::problem>(&parsed);
  ASSERT_NE(what, nullptr);
  EXPECT_EQ(what->status, 400);
  EXPECT_EQ(what->field, x.field);
  EXPECT_EQ(what->detail, x.says);
}

const wrong_case cases[] = {
    {"NoJson", parse_simulate, "{", "body",
     "the body is no JSON: wrong at byte 2"},
    {"NumberBeyondAllBounds", parse_simulate, R"({"dt": 1e999})", "body",
     "the body has a number that is too large"},
    {"NothingAtAll", parse_simulate, "", "body",
     "the body is no JSON: wrong at byte 1"},
    {"NoObject", parse_simulate, "[1]", "body",
     "body is [1], must be a JSON object"},
    {"NoParticles", parse_simulate, R"({"particles":0})", "particles",
     "particles is 0, must be a whole number from 1 to 1000000"},
    {"NegativeSteps", parse_simulate, R"({"steps":-1})", "steps",
     "steps is -1, must be a whole number from 1 to 1000000"},
    {"HalfAStep", parse_simulate, R"({"steps":1.5})", "steps",
     "steps is 1.5, must be a whole number from 1 to 1000000"},
    {"StepsAsText", parse_simulate, R"({"steps":"9"})", "steps",
     "steps is \"9\", must be a whole number from 1 to 1000000"},
    {"StepsAsHugeNumber", parse_simulate, R"({"steps":18446744073709551615})",
     "steps",
     "steps is 18446744073709551615, must be a whole number from 1 to "
     "1000000"},
    {"NoStepLength", parse_simulate, R"({"dt":0})", "dt",
     "dt is 0, must be a number above 0 and up to 1"},
    {"TooMuchTogether", parse_simulate,
     R"({"particles":1000000,"steps":1000000})", "steps",
     "steps is 1000000, must be 1 to 20000 for 1000000 particles"},
    {"UnknownField", parse_simulate, R"({"step":1})", "step",
     "there is no field \"step\", the fields are particles, steps, dt, seed, "
     "deadline_s"},
    {"DeadlineBeyondTheLimit", parse_simulate, R"({"deadline_s":601})",
     "deadline_s", "deadline_s is 601, must be a number above 0 and up to 600"},
    {"FibWithoutN", parse_fib, "{}", "n",
     "n is missing, must be a whole number from 0 to 93"},
    {"FibTooLarge", parse_fib, R"({"n":94})", "n",
     "n is 94, must be a whole number from 0 to 93"},
    {"MapWithoutInputs", map_fib, "{}", "inputs",
     "inputs is missing, must be an array of 1 to 10000 elements"},
    {"MapOfNothing", map_fib, R"({"inputs":[]})", "inputs",
     "inputs is \"an array of 0\", must be an array of 1 to 10000 elements"},
    {"MapOfAWrongInput", map_fib, R"({"inputs":[1,2,"x"]})", "inputs[2]",
     "inputs[2] is \"x\", must be a whole number from 0 to 93"},
    {"MapOfAWrongSimulation", map_particles, R"({"inputs":[{},{"steps":0}]})",
     "inputs[1].steps",
     "inputs[1].steps is 0, must be a whole number from 1 to 1000000"},
    {"MapOfTooMuchTogether", map_particles,
     R"({"inputs":[{"particles":1000000,"steps":20000},{}]})",
     "inputs[1].steps",
     "inputs[1].steps is missing, must be fewer: all inputs together may have "
     "20000000000 steps of a particle"},
    {"JobOfUnknownKind", parse_job, R"({"kind":"x","input":{}})", "kind",
     "kind is \"x\", must be one of simulate, fib, map/fib, map/particles"},
    {"JobWithoutInput", parse_job, R"({"kind":"fib"})", "input",
     "input is missing, must be a JSON object"},
    {"JobWithWrongInput", parse_job, R"({"kind":"fib","input":{"n":-1}})",
     "input.n", "input.n is -1, must be a whole number from 0 to 93"},
    {"JobWithAWrongElement", parse_job,
     R"({"kind":"map/fib","input":{"inputs":[99]}})", "input.inputs[0]",
     "input.inputs[0] is 99, must be a whole number from 0 to 93"},
};

INSTANTIATE_TEST_SUITE_P(, WrongOrder, testing::ValuesIn(cases),
                         [](const auto& x) { return x.param.name; });

} // namespace

TEST(Order, OfASimulationHasDefaults) {
  auto parsed = parse_simulate("{}");
  auto& x = order_of(parsed);
  EXPECT_EQ(x.kind, order_kind::simulate);
  EXPECT_EQ(std::get<simulation>(x.what), simulation{});
  EXPECT_EQ(x.deadline, 30s);
}

TEST(Order, OfASimulationTakesAllFields) {
  auto parsed = parse_simulate(R"({"particles":7,"steps":1e3,"dt":0.5,)"
                               R"("seed":0,"deadline_s":0.25})");
  auto& x = order_of(parsed);
  EXPECT_EQ(std::get<simulation>(x.what),
            (simulation{.particles = 7, .steps = 1'000, .dt = 0.5, .seed = 0}));
  EXPECT_EQ(x.deadline, 250ms);
}

TEST(Order, OfAMapKeepsTheInputs) {
  auto parsed = map_fib(R"({"inputs":[3,1,2]})");
  EXPECT_EQ(std::get<fib_batch>(order_of(parsed).what), (fib_batch{{3, 1, 2}}));
}

TEST(Order, OfAJobMayTakeLonger) {
  auto parsed =
      parse_job(R"({"kind":"fib","input":{"n":3,"deadline_s":86400}})");
  EXPECT_EQ(order_of(parsed).deadline, 24h);
}

TEST(Order, OfAnUnknownTypeIsNotFound) {
  auto parsed = parse_map("../fib", R"({"inputs":[1]})");
  EXPECT_EQ(std::get<web::problem>(parsed).status, 404);
}

TEST(Order, SurvivesDeepNesting) {
  auto parsed = parse_simulate(std::string(100'000, '['));
  EXPECT_EQ(std::get<web::problem>(parsed).status, 400);
}

TEST(Order, OfAMapTakesWholeNumbersHoweverTheyAreWritten) {
  auto parsed = parse_map("fib", R"({"inputs": [20.0, 2e1]})");
  EXPECT_EQ(std::get<fib_batch>(order_of(parsed).what).n,
            (std::vector<int64_t>{20, 20}));
}

} // namespace server_app
