// SPDX-License-Identifier: Apache-2.0

#include "tiles.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "common/perform.hpp"
#include "common/refuse.hpp"

namespace imaging {

namespace {

app::exit_code fail(const std::string& why) {
  return app::refuse(app::exit_code::failed, why);
}

/// Joins the tiles, or copies them if some have come from elsewhere.
app::exit_code collect(caf::actor_system& sys, std::vector<samples> parts,
                       size_t size, samples& result) {
  result = std::move(parts.front());
  size_t next = 1;
  while (next < parts.size() && !result.join(std::move(parts[next])))
    ++next;
  if (next == parts.size())
    return app::exit_code::ok;
  auto made = troupe::make_buffer<uint16_t>(sys, size);
  if (!made)
    return fail(troupe::describe(made.error()));
  auto to = made->span().begin();
  auto copy = [&](samples& x) {
    auto from = x.span();
    to = std::copy(from.begin(), from.end(), to);
  };
  copy(result);
  for (; next < parts.size(); ++next)
    copy(parts[next]);
  result = std::move(*made);
  return app::exit_code::ok;
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
  auto code = app::perform<samples>(
      shop, {.tasks = tiles.size(), .make = make, .window = window}, take,
      std::move(tell));
  if (code != app::exit_code::ok)
    return code;
  if (!right)
    return fail("a worker gave a tile of another size");
  return collect(shop.system(), std::move(results), row * task.out_height,
                 result);
}

} // namespace imaging
