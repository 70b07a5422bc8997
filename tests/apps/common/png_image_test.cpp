// SPDX-License-Identifier: Apache-2.0

#include "common/png_image.hpp"

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <png.h>

#include "troupe/base/errc.hpp"

namespace app {

namespace {

using samples = std::vector<uint16_t>;

struct decoded {
  caf::error problem;
  png_shape shape;
  samples pixels;
};

decoded decode(std::string_view bytes, uint64_t max_pixels = 1'000'000) {
  decoded result;
  auto room = [&](const png_shape& x) -> caf::expected<std::span<uint16_t>> {
    result.pixels.resize(x.samples());
    return std::span<uint16_t>{result.pixels};
  };
  if (auto shape = decode_png(bytes, max_pixels, room))
    result.shape = *shape;
  else
    result.problem = std::move(shape.error());
  return result;
}

void append(png_structp png, png_bytep from, size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))
      ->append(reinterpret_cast<char*>(from), size);
}

/// Writes rows as they are, so that colour types come up that `encode_png` does
/// not write.
std::string raw_png(uint32_t width, int depth, int type, int interlace,
                    std::vector<std::vector<uint8_t>> rows) {
  std::string out;
  auto png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  auto info = png_create_info_struct(png);
  png_set_write_fn(png, &out, append, nullptr);
  png_set_IHDR(png, info, width, static_cast<png_uint_32>(rows.size()), depth,
               type, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_color colours[] = {{1, 2, 3}, {250, 251, 252}};
  png_byte opacities[] = {7};
  if (type == PNG_COLOR_TYPE_PALETTE) {
    png_set_PLTE(png, info, colours, 2);
    png_set_tRNS(png, info, opacities, 1, nullptr);
  }
  std::vector<png_bytep> pointers;
  for (auto& x : rows)
    pointers.push_back(x.data());
  png_write_info(png, info);
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return out;
}

} // namespace

TEST(PngImage, ComesOutAsItWentIn) {
  std::minstd_rand random{1};
  for (uint64_t channels : {1, 2, 3, 4})
    for (uint64_t max : {255, 65'535}) {
      png_shape shape{13, 7, channels, max};
      samples pixels(shape.samples());
      for (auto& x : pixels)
        x = static_cast<uint16_t>(random() % (max + 1));
      auto found = decode(encode_png(shape, pixels));
      EXPECT_FALSE(found.problem) << troupe::describe(found.problem);
      EXPECT_EQ(found.shape, shape);
      EXPECT_EQ(found.pixels, pixels);
    }
}

TEST(PngImage, PalettesBecomeColoursAndFewBitsEight) {
  auto x = decode(
      raw_png(2, 1, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, {{0x40}}));
  EXPECT_EQ(x.shape, (png_shape{2, 1, 4, 255}));
  EXPECT_EQ(x.pixels, (samples{1, 2, 3, 7, 250, 251, 252, 255}));
  auto y =
      decode(raw_png(3, 2, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, {{0x6c}}));
  EXPECT_EQ(y.shape, (png_shape{3, 1, 1, 255}));
  EXPECT_EQ(y.pixels, (samples{85, 170, 255}));
}

TEST(PngImage, MayBeInterlaced) {
  std::vector<std::vector<uint8_t>> rows(9, std::vector<uint8_t>(10));
  samples expected;
  for (auto& row : rows)
    for (auto& x : row) {
      x = static_cast<uint8_t>(expected.size() * 2);
      expected.push_back(x);
    }
  auto x = decode(raw_png(10, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7,
                          std::move(rows)));
  EXPECT_EQ(x.pixels, expected);
}

TEST(PngImage, ThatIsNoneIsRefused) {
  EXPECT_EQ(decode("").problem, troupe::errc::bad_input);
  EXPECT_EQ(troupe::describe(decode("GIF89a and so on").problem),
            "no PNG image: Not a PNG file");
  auto bytes = encode_png({.width = 20, .height = 20}, samples(400, 9));
  for (size_t size = 0; size < bytes.size() - 12; ++size)
    ASSERT_EQ(decode(bytes.substr(0, size)).problem, troupe::errc::bad_input)
        << size;
  EXPECT_EQ(troupe::describe(decode(bytes, 399).problem),
            "no PNG image: it has 20 x 20 pixels, the limit is 399");
  // A width beyond all limits, with a checksum that does not fit.
  bytes[16] = 0x7f;
  EXPECT_EQ(decode(bytes).problem, troupe::errc::bad_input);
}

TEST(PngImage, OfRandomBytesNeverCrashes) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  auto right = encode_png({.width = 30, .height = 30, .channels = 3},
                          samples(2'700, 77));
  for (auto i = 0; i < 300; ++i) {
    auto bytes = right;
    for (auto changes = 1 + random() % 4; changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    auto found = decode(bytes);
    if (!found.problem) {
      EXPECT_EQ(found.pixels.size(), found.shape.samples());
    }
  }
}

} // namespace app
