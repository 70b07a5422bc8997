// SPDX-License-Identifier: Apache-2.0

// The real program.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"
#include "support/temp_dir.hpp"

namespace troupe::test {

namespace {

finished run_nbody(std::vector<std::string> options) {
  return app::run_program("nbody", std::move(options));
}

} // namespace

TEST(NBodyProgram, AgreesWithTheCallingThreadWhereverTheWorkersAre) {
  for (auto level : {"pooled", "thread", "process"}) {
    auto x = run_nbody({"--particles", "1000", "--steps", "5", "--isolation",
                        level, "--workers", "2", "--json"});
    EXPECT_EQ(x.report.code, 0) << x.err;
    auto json = app::last_json(x.out);
    EXPECT_EQ(json["deviation"], 0) << level;
    EXPECT_LT(json["energy_drift"], 1e-3);
    EXPECT_EQ(json["workers"], 2);
  }
}

TEST(NBodyProgram, FindsTheSameAlthoughAWorkerProcessIsKilled) {
  auto json = app::json_after_a_kill("nbody",
                                     {"--particles", "4096", "--steps", "150"});
  EXPECT_EQ(json["deviation"], 0);
  EXPECT_GE(json["restarts"], 1);
}

TEST(NBodyProgram, DrawsEnergyAndParticles) {
  temp_dir dir;
  auto x = run_nbody({"--particles", "500", "--steps", "4", "--workers", "1",
                      "--skip-sequential", "--plot", dir.file("energy.png"),
                      "--frames", dir.file("frames"), "--frame-every", "2"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  std::vector<std::string> files;
  for (auto& name : {"energy.png", "frames/frame-00000.png",
                     "frames/frame-00001.png", "frames/frame-00002.png"})
    EXPECT_EQ(read_file(dir.file(name)).substr(1, 3), "PNG") << name;
  EXPECT_FALSE(std::filesystem::exists(dir.file("frames/frame-00003.png")));
}

TEST(NBodyProgram, RefusesInOneLine) {
  auto x = run_nbody({"--particles", "none"});
  EXPECT_EQ(x.report.code, 2);
  EXPECT_EQ(x.err, "nbody: --particles: is \"none\", must be 2 to 1000000 "
                   "(--help lists all options)\n");
  auto y = run_nbody({"--plot", "/no/such/folder/x.png"});
  EXPECT_EQ(y.report.code, 4);
  EXPECT_EQ(std::count(y.err.begin(), y.err.end(), '\n'), 1) << y.err;
}

} // namespace troupe::test
