// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "troupe/actors/imaging.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "common/human.hpp"
#include "common/output_file.hpp"
#include "common/png_image.hpp"
#include "common/read_file.hpp"
#include "common/refuse.hpp"
#include "common/run_program.hpp"
#include "common/workshop.hpp"
#include "options.hpp"
#include "report.hpp"
#include "test_image.hpp"
#include "tiles.hpp"

namespace imaging {

namespace {

using clock = std::chrono::steady_clock;

constexpr uint64_t max_file_bytes = uint64_t{1} << 30;

constexpr uint64_t max_pixels = uint64_t{1} << 28;

struct picture {
  app::png_shape shape;
  samples pixels;
};

/// Makes room for the samples of `shape` in `to`.
caf::expected<std::span<uint16_t>>
make_room(troupe::buffer_pool& pool, const app::png_shape& shape, samples& to) {
  auto made = troupe::make_buffer<uint16_t>(pool, shape.samples());
  if (!made)
    return std::move(made.error());
  to = std::move(*made);
  return to.span();
}

caf::expected<picture> load(const options& opts, troupe::buffer_pool& pool) {
  picture result;
  auto room = [&](const app::png_shape& shape) {
    return make_room(pool, shape, result.pixels);
  };
  if (!opts.input) {
    result.shape = {.width = opts.test_size.width,
                    .height = opts.test_size.height,
                    .channels = 3};
    auto to = room(result.shape);
    if (!to)
      return std::move(to.error());
    draw_test_image(opts.test_size.width, opts.test_size.height, *to);
    return result;
  }
  auto bytes = app::read_file(*opts.input, max_file_bytes);
  if (!bytes)
    return std::move(bytes.error());
  auto shape = app::decode_png(*bytes, max_pixels, room);
  if (!shape)
    return troupe::make_error(troupe::errc::bad_input,
                              *opts.input + ": "
                                  + troupe::describe(shape.error()));
  result.shape = *shape;
  return result;
}

uint64_t count_differing(std::span<const uint16_t> xs,
                         std::span<const uint16_t> ys) {
  uint64_t result = 0;
  for (size_t i = 0; i < xs.size(); ++i)
    result += xs[i] != ys[i];
  return result;
}

/// Computes on the calling thread what the workers have computed.
void compare(const image& source, std::span<const uint16_t> found,
             troupe::buffer_pool& pool, summary& x) {
  auto expected = troupe::make_buffer<uint16_t>(pool, found.size());
  if (!expected)
    return;
  auto start = clock::now();
  troupe::filter_rows(x.task, source.span(), {0, x.task.height},
                      {0, x.task.out_height}, expected->span());
  x.sequential = clock::now() - start;
  x.differing = count_differing(expected->span(), found);
}

exit_code run(const options& opts, app::interruption& stop) {
  std::optional<app::output_file> output;
  if (auto code = app::open_named(opts.output, output); code != exit_code::ok)
    return code;
  troupe::buffer_pool pool;
  auto loaded = load(opts, pool);
  if (!loaded)
    return app::refuse(exit_code::usage, troupe::describe(loaded.error()));
  summary result{.task = task_for(opts, loaded->shape)};
  if (auto problem = troupe::problem_of(result.task))
    return app::refuse(exit_code::usage, *problem);
  auto source = std::move(loaded->pixels).freeze();
  app::workshop shop{opts, stop};
  if (auto code = shop.open("imaging", troupe::image_worker);
      code != exit_code::ok)
    return code;
  auto tiles = cut(result.task.out_height, opts.tile,
                   std::max(shop.ready(), opts.workers));
  fmt::print("{} of {} x {} pixels, {}, {}\n\n", to_string(opts.filter),
             result.task.width, result.task.height,
             app::plural(tiles.size(), "tile"), app::headcount(opts));
  std::fflush(stdout);
  auto start = clock::now();
  samples pixels;
  auto tell = [&](size_t done) {
    shop.bar().show({done, tiles.size(), clock::now() - start});
  };
  if (auto code = filter_tiles(shop, result.task, source, tiles, pixels, tell);
      code != exit_code::ok)
    return code;
  result.parallel = clock::now() - start;
  shop.bar().clear();
  if (!opts.skip_sequential)
    compare(source, pixels.span(), pool, result);
  result.tiles = tiles.size();
  result.workers = shop.ready();
  result.cores = troupe::usable_cores();
  result.restarts = shop.stats().restarts;
  fmt::print("{}", report(result, app::colours_of_stdout()));
  if (output) {
    app::png_shape shape{.width = result.task.out_width,
                         .height = result.task.out_height,
                         .channels = result.task.channels,
                         .max_sample = result.task.max_sample};
    if (auto problem = output->write(app::encode_png(shape, pixels.span())))
      return app::refuse(exit_code::output, troupe::describe(problem));
  }
  if (opts.json)
    fmt::print("{}\n", to_json(result));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  return result.differing.value_or(0) == 0 ? exit_code::ok : exit_code::failed;
}

} // namespace

} // namespace imaging

int main(int argc, char** argv) {
  return app::run_program(argc, argv, imaging::parse_options, imaging::run);
}
