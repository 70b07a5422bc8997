// SPDX-License-Identifier: Apache-2.0

// The parts of the program that need no actors.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "options.hpp"
#include "report.hpp"
#include "test_image.hpp"
#include "tiles.hpp"

namespace imaging {

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> line) {
  line.insert(line.begin(), "imaging");
  return parse_options(static_cast<int>(line.size()), line.data(), 2);
}

std::string refusal(std::vector<const char*> line) {
  auto result = parse(std::move(line));
  auto exit = std::get_if<early_exit>(&result);
  return exit != nullptr && exit->code == exit_code::usage ? exit->text
                                                           : "accepted";
}

summary sample() {
  return {.task = {.width = 30,
                   .height = 20,
                   .out_width = 30,
                   .out_height = 20,
                   .channels = 3},
          .tiles = 8,
          .workers = 2,
          .cores = 2,
          .parallel = std::chrono::milliseconds{10},
          .sequential = std::chrono::milliseconds{19},
          .differing = 0};
}

} // namespace

TEST(ImagingOptions, HaveDefaultsAndTakeAll) {
  auto x = std::get<options>(parse({}));
  EXPECT_EQ(x.filter, troupe::image_filter::blur);
  EXPECT_FALSE(x.input);
  auto y = std::get<options>(
      parse({"in.png", "--filter", "resize", "--size", "640x480", "--output",
             "out.png", "--tile", "32", "--skip-sequential", "--json"}));
  EXPECT_EQ(y.input, "in.png");
  EXPECT_EQ(y.tile, 32u);
  auto task = task_for(y, {100, 50, 4, 65'535});
  EXPECT_EQ(task.filter, troupe::image_filter::resize);
  EXPECT_EQ(task.width, 100u);
  EXPECT_EQ(task.out_width, 640u);
  EXPECT_EQ(task.out_height, 480u);
  EXPECT_EQ(task.channels, 4u);
  EXPECT_EQ(task.max_sample, 65'535u);
  EXPECT_EQ(task_for(x, {100, 50, 1, 255}).out_height, 50u);
}

TEST(ImagingOptions, NameWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(refusal({"--filter", "sharpen"}),
            "--filter: \"sharpen\" is neither blur, sobel nor resize");
  EXPECT_EQ(refusal({"--filter", "resize"}),
            "--size and --filter resize need each other");
  EXPECT_EQ(refusal({"--size", "3x3"}),
            "--size and --filter resize need each other");
  for (auto text : {"3", "0x4", "3x", "x3", "3x-1", "1000001x1", "3x3x3"})
    EXPECT_EQ(refusal({"--filter", "resize", "--size", text}),
              "--size: \"" + std::string{text}
                  + "\" is no WIDTHxHEIGHT of 1 to 1000000 pixels each");
  EXPECT_EQ(refusal({"--sigma", "0"}),
            "--sigma: is \"0\", must be 0.1 to 1000");
  EXPECT_NE(refusal({"x.png", "--test-size", "3x3"}), "accepted");
}

TEST(ImagingTiles, CoverAllRowsOnce) {
  for (uint64_t height : {1u, 7u, 8u, 1'000u})
    for (size_t workers : {0u, 1u, 2u, 9u}) {
      uint64_t next = 0;
      for (auto& x : cut(height, std::nullopt, workers)) {
        EXPECT_EQ(x.first, next);
        EXPECT_GT(x.count, 0u);
        next += x.count;
      }
      EXPECT_EQ(next, height);
    }
  EXPECT_EQ(cut(1'000, std::nullopt, 2).size(), 2u);
  EXPECT_EQ(cut(100, 30, 2).size(), 4u);
  EXPECT_EQ(cut(100, 30, 2).back(), (troupe::row_range{90, 10}));
}

TEST(ImagingTestImage, HasEdgesGradientsAndAllColours) {
  std::vector<uint16_t> pixels(64 * 48 * 3);
  draw_test_image(64, 48, pixels);
  for (size_t channel = 0; channel < 3; ++channel) {
    std::vector<uint16_t> values;
    for (auto i = channel; i < pixels.size(); i += 3)
      values.push_back(pixels[i]);
    auto [low, high] = std::minmax_element(values.begin(), values.end());
    EXPECT_LT(*low, 40) << channel;
    EXPECT_GT(*high, 150) << channel;
    EXPECT_LE(*high, 255) << channel;
  }
}

TEST(ImagingReport, ShowsTimesAndVerdict) {
  auto text = report(sample(), app::colours::off);
  EXPECT_NE(text.find("efficiency 0.950 of 2 cores"), std::string::npos)
      << text;
  EXPECT_NE(text.find("equal to the result of the calling thread"),
            std::string::npos)
      << text;
  auto x = sample();
  x.differing = 1;
  EXPECT_NE(report(x, app::colours::off).find("1 sample differ"),
            std::string::npos);
}

TEST(ImagingReport, IsOneJsonObject) {
  auto json = nlohmann::json::parse(to_json(sample()));
  EXPECT_EQ(json["filter"], "blur");
  EXPECT_EQ(json["bits"], 8);
  EXPECT_EQ(json["tiles"], 8);
  EXPECT_EQ(json["efficiency"], 0.95);
  EXPECT_EQ(json["pixels_per_s"], 60'000);
  EXPECT_EQ(json["differing"], 0);
  auto x = sample();
  x.sequential.reset();
  x.differing.reset();
  json = nlohmann::json::parse(to_json(x));
  EXPECT_TRUE(json["sequential_s"].is_null());
  EXPECT_TRUE(json["differing"].is_null());
}

} // namespace imaging
