// SPDX-License-Identifier: Apache-2.0

#include "common/png_image.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <png.h>

#include "troupe/base/errc.hpp"

namespace app {

namespace {

/// libpng leaves a failed call with `longjmp`, which runs no destructor: what
/// has one lives here, outside of the functions that it leaves.
struct reader {
  std::string_view rest;
  std::vector<uint8_t> bytes = {};
  std::vector<png_bytep> rows = {};
  std::string problem = {};
  png_structp png = nullptr;
  png_infop info = nullptr;

  ~reader() {
    png_destroy_read_struct(&png, &info, nullptr);
  }
};

struct writer {
  std::string out = {};
  std::vector<uint8_t> row = {};
  png_structp png = nullptr;
  png_infop info = nullptr;

  ~writer() {
    png_destroy_write_struct(&png, &info);
  }
};

void read_more(png_structp png, png_bytep to, size_t size) {
  auto& from = *static_cast<reader*>(png_get_io_ptr(png));
  if (from.rest.size() < size)
    png_error(png, "it ends too early");
  std::memcpy(to, from.rest.data(), size);
  from.rest.remove_prefix(size);
}

void note_problem(png_structp png, png_const_charp text) {
  static_cast<reader*>(png_get_error_ptr(png))->problem = text;
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {
  // Such as an unknown colour profile, which is not used anyway.
}

/// Reads what comes before the pixels, and has them come in a shape of ours.
/// @returns whether that was possible.
bool read_header(reader& x) {
  if (setjmp(png_jmpbuf(x.png)) != 0)
    return false;
  png_set_read_fn(x.png, &x, read_more);
  png_read_info(x.png, x.info);
  png_set_expand(x.png);
  if (png_get_bit_depth(x.png, x.info) == 16)
    png_set_swap(x.png);
  png_set_interlace_handling(x.png);
  png_read_update_info(x.png, x.info);
  return true;
}

bool read_rows(reader& x) {
  if (setjmp(png_jmpbuf(x.png)) != 0)
    return false;
  png_read_image(x.png, x.rows.data());
  png_read_end(x.png, nullptr);
  return true;
}

png_shape shape_of(const reader& x) {
  return {.width = png_get_image_width(x.png, x.info),
          .height = png_get_image_height(x.png, x.info),
          .channels = png_get_channels(x.png, x.info),
          .max_sample =
              png_get_bit_depth(x.png, x.info) == 16 ? 65'535u : 255u};
}

caf::error bad(const std::string& why) {
  return troupe::make_error(troupe::errc::bad_input, "no PNG image: " + why);
}

void append(png_structp png, png_bytep from, size_t size) {
  static_cast<writer*>(png_get_io_ptr(png))
      ->out.append(reinterpret_cast<char*>(from), size);
}

void flush(png_structp) {
  // nop
}

int colour_type(uint64_t channels) {
  constexpr int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                           PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  return types[channels - 1];
}

/// Fails only without memory, which ends the program.
void write_image(writer& x, const png_shape& shape,
                 std::span<const uint16_t> samples) {
  png_set_write_fn(x.png, &x, append, flush);
  png_set_IHDR(x.png, x.info, static_cast<png_uint_32>(shape.width),
               static_cast<png_uint_32>(shape.height),
               shape.max_sample == 255 ? 8 : 16, colour_type(shape.channels),
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(x.png, 3);
  png_write_info(x.png, x.info);
  auto size = shape.width * shape.channels;
  for (uint64_t y = 0; y < shape.height; ++y) {
    auto from = samples.subspan(y * size, size);
    x.row.clear();
    for (auto sample : from) {
      if (shape.max_sample != 255)
        x.row.push_back(static_cast<uint8_t>(sample >> 8));
      x.row.push_back(static_cast<uint8_t>(sample));
    }
    png_write_row(x.png, x.row.data());
  }
  png_write_end(x.png, nullptr);
}

} // namespace

caf::expected<png_shape> decode_png(std::string_view bytes, uint64_t max_pixels,
                                    const sample_room& room) {
  reader in{.rest = bytes};
  in.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &in, note_problem,
                                  ignore_warning);
  in.info = in.png != nullptr ? png_create_info_struct(in.png) : nullptr;
  if (in.info == nullptr)
    return bad("there is no memory");
  if (!read_header(in))
    return bad(in.problem);
  auto shape = shape_of(in);
  if (shape.width * shape.height > max_pixels)
    return bad(fmt::format("it has {} x {} pixels, the limit is {}",
                           shape.width, shape.height, max_pixels));
  auto row_bytes = png_get_rowbytes(in.png, in.info);
  in.bytes.resize(row_bytes * shape.height);
  for (uint64_t y = 0; y < shape.height; ++y)
    in.rows.push_back(in.bytes.data() + y * row_bytes);
  if (!read_rows(in))
    return bad(in.problem);
  auto to = room(shape);
  if (!to)
    return std::move(to.error());
  if (shape.max_sample == 255)
    std::copy(in.bytes.begin(), in.bytes.end(), to->begin());
  else
    std::memcpy(to->data(), in.bytes.data(), in.bytes.size());
  return shape;
}

std::string encode_png(const png_shape& shape,
                       std::span<const uint16_t> samples) {
  writer out;
  out.png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  out.info = out.png != nullptr ? png_create_info_struct(out.png) : nullptr;
  if (out.info == nullptr)
    throw std::bad_alloc{};
  write_image(out, shape, samples);
  return std::move(out.out);
}

} // namespace app
