// SPDX-License-Identifier: Apache-2.0

#include "tiles.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "common/join_parts.hpp"
#include "common/perform.hpp"
#include "common/refuse.hpp"

namespace imaging {

namespace {

app::exit_code fail(const std::string& why) {
  return app::refuse(app::exit_code::failed, why);
}

} // namespace

std::vector<troupe::row_range>
cut(uint64_t height, std::optional<uint64_t> rows, size_t workers) {
  auto tiles = std::max<uint64_t>(workers, 1);
  auto size = rows.value_or((height + tiles - 1) / tiles);
  std::vector<troupe::row_range> result;
  for (uint64_t first = 0; first < height; first += size)
    result.push_back({first, std::min(size, height - first)});
  return result;
}

app::exit_code filter_tiles(app::workshop& shop, const troupe::image_task& task,
                            const image& source,
                            const std::vector<troupe::row_range>& tiles,
                            samples& result, std::function<void(size_t)> tell) {
  auto row = task.out_width * task.channels;
  auto made =
      troupe::make_buffer<uint16_t>(shop.system(), row * task.out_height);
  if (!made)
    return fail(troupe::describe(made.error()));
  // The courier may outlive this call if the run breaks off.
  auto parts = std::make_shared<std::vector<samples>>();
  for (auto& tile : tiles) {
    auto rest = made->split_at(tile.count * row);
    parts->push_back(std::exchange(*made, std::move(rest)));
  }
  auto make = [=](size_t i) {
    auto at = troupe::source_rows(task, tiles[i]);
    auto source_row = task.width * task.channels;
    return caf::make_message(
        task, source.slice(at.first * source_row, at.count * source_row), at,
        tiles[i], std::move((*parts)[i]));
  };
  std::vector<samples> results(tiles.size());
  auto right = true;
  auto take = [&](size_t i, samples x) {
    right = right && x.size() == tiles[i].count * row;
    results[i] = std::move(x);
  };
  auto window = std::max<size_t>(2 * shop.ready(), 4);
  auto code = app::perform<samples>(shop,
                                    {.tasks = tiles.size(),
                                     .make = make,
                                     .window = window,
                                     .how = app::making::prompt},
                                    take, std::move(tell));
  if (code != app::exit_code::ok)
    return code;
  if (!right)
    return fail("a worker gave a tile of another size");
  auto joined =
      app::join_parts(shop.system(), std::move(results), row * task.out_height);
  if (!joined)
    return fail(troupe::describe(joined.error()));
  result = std::move(*joined);
  return app::exit_code::ok;
}

} // namespace imaging
