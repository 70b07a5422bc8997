// SPDX-License-Identifier: Apache-2.0

// The real program.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/png_image.hpp"
#include "program.hpp"
#include "support/temp_dir.hpp"

namespace troupe::test {

namespace {

finished run_imaging(std::vector<std::string> options) {
  return app::run_program("imaging", std::move(options));
}

/// Returns the shape of an image, or nothing if it is none.
std::optional<app::png_shape> shape_of(const std::string& path) {
  std::vector<uint16_t> pixels;
  auto room = [&](const app::png_shape& x) {
    pixels.resize(x.samples());
    return caf::expected<std::span<uint16_t>>{std::span<uint16_t>{pixels}};
  };
  auto result = app::decode_png(read_file(path), 1'000'000, room);
  return result ? std::optional{*result} : std::nullopt;
}

} // namespace

TEST(ImagingProgram, IsEqualToTheCallingThreadWhereverTheWorkersAre) {
  temp_dir dir;
  for (auto level : {"pooled", "thread", "process"}) {
    auto x = run_imaging({"--test-size", "500x400", "--isolation", level,
                          "--workers", "2", "--tile", "50", "--json",
                          "--output", dir.file("blurred.png")});
    EXPECT_EQ(x.report.code, 0) << x.err;
    auto json = app::last_json(x.out);
    EXPECT_EQ(json["differing"], 0) << level;
    EXPECT_EQ(json["tiles"], 8);
    EXPECT_EQ(shape_of(dir.file("blurred.png")),
              (app::png_shape{500, 400, 3, 255}));
  }
}

TEST(ImagingProgram, FindsTheSameAlthoughAWorkerProcessIsKilled) {
  auto json = app::json_after_a_kill(
      "imaging", {"--test-size", "4000x3000", "--sigma", "30", "--tile", "50"});
  EXPECT_EQ(json["differing"], 0);
  EXPECT_GE(json["restarts"], 1);
}

TEST(ImagingProgram, KeepsColourTypeAndBits) {
  temp_dir dir;
  app::png_shape shape{30, 20, 2, 65'535};
  auto in = dir.write(
      "in.png",
      app::encode_png(shape, std::vector<uint16_t>(shape.samples(), 4'000)));
  auto x = run_imaging({in, "--filter", "resize", "--size", "45x10", "--output",
                        dir.file("out.png"), "--tile", "3"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  EXPECT_EQ(shape_of(dir.file("out.png")), (app::png_shape{45, 10, 2, 65'535}));
}

TEST(ImagingProgram, RefusesInOneLine) {
  temp_dir dir;
  auto text = dir.write("text.png", "this is no image");
  auto x = run_imaging({text});
  EXPECT_EQ(x.report.code, 2);
  EXPECT_EQ(x.err, "imaging: " + text + ": no PNG image: Not a PNG file\n");
  auto y = run_imaging({dir.file("missing.png")});
  EXPECT_EQ(y.report.code, 2);
  EXPECT_EQ(std::count(y.err.begin(), y.err.end(), '\n'), 1) << y.err;
}

} // namespace troupe::test
