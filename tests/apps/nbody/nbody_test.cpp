// SPDX-License-Identifier: Apache-2.0

// The parts of the program that need no actors.

#include <cmath>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "course.hpp"
#include "frames.hpp"
#include "leapfrog.hpp"
#include "options.hpp"
#include "report.hpp"
#include "shared_forces.hpp"

namespace nbody {

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> line) {
  line.insert(line.begin(), "nbody");
  return parse_options(static_cast<int>(line.size()), line.data(), 2);
}

std::string refusal(std::vector<const char*> line) {
  auto result = parse(std::move(line));
  auto exit = std::get_if<early_exit>(&result);
  return exit != nullptr && exit->code == exit_code::usage ? exit->text
                                                           : "accepted";
}

summary sample() {
  return {.parallel = {.energy = {-0.25, -0.2525, -0.249},
                       .places = {3, 4, 0, 0, 0, 1},
                       .wall = std::chrono::seconds{1}},
          .sequential = course{.energy = {-0.25},
                               .places = {3, 4, 0, 0, 0, 1},
                               .wall = std::chrono::milliseconds{1'900}},
          .workers = 2,
          .cores = 2,
          .frames = 3,
          .restarts = 1};
}

} // namespace

TEST(NBodyOptions, HaveDefaultsAndTakeAll) {
  auto x = std::get<options>(parse({}));
  EXPECT_EQ(x.particles, 16'384u);
  EXPECT_EQ(x.workers, 2u);
  auto y = std::get<options>(
      parse({"--particles", "100", "--steps", "7", "--step-size", "0.01",
             "--softening", "0.5", "--seed", "3", "--plot", "e.png", "--frames",
             "dir", "--frame-every", "2", "--skip-sequential", "--json"}));
  EXPECT_EQ(y.particles, 100u);
  EXPECT_EQ(y.steps, 7u);
  EXPECT_EQ(y.step_size, 0.01);
  EXPECT_EQ(y.softening, 0.5);
  EXPECT_EQ(y.seed, 3u);
  EXPECT_EQ(y.plot, "e.png");
  EXPECT_EQ(y.frames, "dir");
  EXPECT_EQ(y.frame_every, 2u);
  EXPECT_TRUE(y.skip_sequential && y.json);
}

TEST(NBodyOptions, NameWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(refusal({"--particles", "1"}),
            "--particles: is \"1\", must be 2 to 1000000");
  EXPECT_EQ(refusal({"--step-size", "0"}),
            "--step-size: is \"0\", must be 1e-09 to 1");
  EXPECT_EQ(refusal({"--softening", "nan"}),
            "--softening: is \"nan\", must be 1e-06 to 10");
  EXPECT_NE(refusal({"--frame-every", "2"}), "accepted");
}

TEST(NBodyCourse, DeviationIsRelativeToTheDistanceFromTheCentre) {
  std::vector<double> xs = {3, 0, 4, 1, 0, 0};
  auto ys = xs;
  EXPECT_EQ(deviation(xs, ys), 0);
  ys[0] += 5e-3;
  EXPECT_NEAR(deviation(xs, ys), 1e-3, 1e-12);
  ys[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(deviation(xs, ys) <= 1);
}

TEST(NBodyCourse, DriftIsTheLargestDeviationOfTheEnergy) {
  EXPECT_NEAR(energy_drift({.energy = {-2, -2.1, -1.8}}), 0.1, 1e-12);
  EXPECT_EQ(energy_drift({}), 0);
}

TEST(NBodyLeapfrog, KeepsTheEnergyAndTellsEachState) {
  auto state = troupe::plummer_sphere(200, 1);
  std::vector<double> forces(troupe::nbody_force_size * 200);
  auto compute = [&](std::span<const double> bodies) {
    troupe::nbody_forces(bodies, 0, 200, 0.05, forces);
    return std::span<const double>{forces};
  };
  std::vector<size_t> seen;
  auto result = leapfrog{state, 1.0 / 256, 20}.run(
      compute,
      [&](size_t step, std::span<const double>) { seen.push_back(step); });
  EXPECT_EQ(result.energy.size(), 21u);
  EXPECT_EQ(seen.size(), 21u);
  EXPECT_EQ(seen.back(), 20u);
  EXPECT_EQ(result.places.size(), 600u);
  EXPECT_LT(energy_drift(result), 1e-3);
}

TEST(NBodyLeapfrog, EndsWhereForcesAreMissing) {
  auto calls = 0;
  std::vector<double> forces(troupe::nbody_force_size * 2);
  auto compute = [&](std::span<const double>) {
    return ++calls < 3 ? std::span<const double>{forces}
                       : std::span<const double>{};
  };
  auto result = leapfrog{troupe::plummer_sphere(2, 1), 0.01, 9}.run(
      compute, [](size_t, std::span<const double>) {});
  EXPECT_EQ(result.energy.size(), 2u);
}

TEST(NBodyParts, CoverAllParticlesOnce) {
  for (size_t count : {1u, 64u, 65u, 1'000u, 8'192u})
    for (size_t workers : {0u, 1u, 2u, 7u}) {
      size_t next = 0;
      for (auto& x : cut(count, workers)) {
        EXPECT_EQ(x.begin, next);
        EXPECT_EQ(x.begin % 64, 0u);
        next = x.end;
      }
      EXPECT_EQ(next, count);
    }
  EXPECT_EQ(cut(8'192, 2).size(), 2u);
}

TEST(NBodyFrames, ShowWhereParticlesAre) {
  // One in the middle, two at the upper right, one outside.
  std::vector<double> places = {0, 0.5, 0.5, 9, 0, 0.5, 0.5, 0, 0, 0, 0, 0};
  auto pixels = draw(places, 4, 1);
  ASSERT_EQ(pixels.size(), frame_size * frame_size);
  auto quarter = frame_size / 4;
  EXPECT_EQ(pixels[quarter * frame_size + 3 * quarter], 255);
  auto middle = pixels[2 * quarter * frame_size + 2 * quarter];
  EXPECT_GT(middle, 100);
  EXPECT_LT(middle, 255);
  size_t bright = 0;
  for (auto x : pixels)
    bright += x != 0;
  EXPECT_EQ(bright, 2u);
}

TEST(NBodyReport, ShowsTimesEnergyAndVerdict) {
  auto opts = std::get<options>(parse({"--particles", "2", "--steps", "2"}));
  auto text = report(sample(), opts, app::colours::off);
  EXPECT_NE(text.find("efficiency 0.950 of 2 cores"), std::string::npos)
      << text;
  EXPECT_NE(text.find("drift 1.0e-02"), std::string::npos) << text;
  EXPECT_NE(text.find("largest deviation from the calling thread 0"),
            std::string::npos)
      << text;
  auto x = sample();
  EXPECT_TRUE(x.agrees());
  x.parallel.places[0] += 1e-6;
  EXPECT_FALSE(x.agrees());
  x.sequential.reset();
  EXPECT_TRUE(x.agrees());
}

TEST(NBodyReport, IsOneJsonObject) {
  auto opts = std::get<options>(parse({"--particles", "2", "--steps", "2"}));
  auto json = nlohmann::json::parse(to_json(sample(), opts));
  EXPECT_EQ(json["particles"], 2);
  EXPECT_EQ(json["workers"], 2);
  EXPECT_EQ(json["parallel_s"], 1.0);
  EXPECT_EQ(json["efficiency"], 0.95);
  EXPECT_EQ(json["interactions_per_s"], 12);
  EXPECT_EQ(json["deviation"], 0);
  EXPECT_EQ(json["frames"], 3);
  auto x = sample();
  x.sequential.reset();
  json = nlohmann::json::parse(to_json(x, opts));
  EXPECT_TRUE(json["efficiency"].is_null());
  EXPECT_TRUE(json["deviation"].is_null());
}

TEST(NBodyReport, PlotsTheDeviationOverTime) {
  auto opts = std::get<options>(parse({"--step-size", "0.5"}));
  auto plot = energy_plot(sample(), opts);
  ASSERT_EQ(plot.lines.size(), 1u);
  EXPECT_EQ(plot.lines[0].x, (std::vector{0.0, 0.5, 1.0}));
  EXPECT_NEAR(plot.lines[0].y[1], -0.01, 1e-12);
}

} // namespace nbody
