// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/imaging.hpp"

#include <algorithm>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

#include "filter_taps.hpp"

namespace troupe {

namespace {

constexpr uint64_t max_length = 1'000'000;

constexpr double max_sigma = 1'000;

using problem = std::optional<std::string>;

problem check_length(const char* name, uint64_t x) {
  if (x >= 1 && x <= max_length)
    return std::nullopt;
  return std::string{name} + " is " + std::to_string(x) + ", must be 1 to "
         + std::to_string(max_length);
}

/// The rows from `first` to `last` that exist.
row_range clipped(int64_t first, int64_t last, uint64_t height) {
  auto end = static_cast<int64_t>(height) - 1;
  auto from = std::clamp<int64_t>(first, 0, end);
  auto to = std::clamp<int64_t>(last, 0, end);
  return {static_cast<uint64_t>(from), static_cast<uint64_t>(to - from + 1)};
}

/// Looks at all that a stranger may have got wrong.
problem problem_of(const image_task& x, size_t samples, row_range at,
                   row_range out) {
  if (auto result = troupe::problem_of(x))
    return result;
  if (out.count == 0 || out.first >= x.out_height
      || out.count > x.out_height - out.first)
    return "out is not within the result";
  auto needed = source_rows(x, out);
  if (at.first > needed.first || at.count > x.height
      || at.first + at.count < needed.first + needed.count)
    return "at does not have the rows that are needed";
  if (samples != at.count * x.width * x.channels)
    return "source has " + std::to_string(samples) + " samples, must be "
           + std::to_string(at.count * x.width * x.channels);
  return std::nullopt;
}

} // namespace

std::string to_string(image_filter x) {
  switch (x) {
    case image_filter::blur:
      return "blur";
    case image_filter::sobel:
      return "sobel";
    case image_filter::resize:
      return "resize";
  }
  return "unknown";
}

std::optional<std::string> problem_of(const image_task& x) {
  if (to_string(x.filter) == "unknown")
    return "filter is unknown, must be blur, sobel or resize";
  for (auto& [name, length] :
       {std::pair{"width", x.width}, std::pair{"height", x.height},
        std::pair{"out_width", x.out_width},
        std::pair{"out_height", x.out_height}})
    if (auto result = check_length(name, length))
      return result;
  if (x.filter != image_filter::resize
      && (x.out_width != x.width || x.out_height != x.height))
    return "out_width and out_height differ from width and height, must not "
           "unless the filter is resize";
  if (x.channels < 1 || x.channels > 4)
    return "channels is " + std::to_string(x.channels) + ", must be 1 to 4";
  if (x.max_sample != 255 && x.max_sample != 65'535)
    return "max_sample is " + std::to_string(x.max_sample)
           + ", must be 255 or 65535";
  if (!(x.sigma > 0 && x.sigma <= max_sigma))
    return "sigma is " + std::to_string(x.sigma)
           + ", must be more than 0 and at most 1000";
  return std::nullopt;
}

row_range source_rows(const image_task& x, row_range out) {
  auto first = static_cast<int64_t>(out.first);
  auto last = static_cast<int64_t>(out.first + out.count - 1);
  if (x.filter == image_filter::resize) {
    auto taps = resize_taps(x.height, x.out_height);
    auto& begin = taps.ranges[static_cast<size_t>(first)];
    auto& end = taps.ranges[static_cast<size_t>(last)];
    return clipped(begin.first, end.first + static_cast<int64_t>(end.count) - 1,
                   x.height);
  }
  auto halo = x.filter == image_filter::sobel
                  ? 1
                  : static_cast<int64_t>(blur_radius(x.sigma));
  return clipped(first - halo, last + halo, x.height);
}

caf::behavior image_worker(caf::event_based_actor* self) {
  return {
      [self](const image_task& task, const frozen_buffer<uint16_t>& source,
             const row_range& at, const row_range& out,
             owned_buffer<uint16_t>& result)
          -> caf::result<owned_buffer<uint16_t>> {
        if (auto wrong = problem_of(task, source.size(), at, out))
          return caf::make_error(caf::sec::invalid_argument, *wrong);
        auto size = out.count * task.out_width * task.channels;
        if (result.span().size() != size) {
          auto made = make_buffer<uint16_t>(self->home_system(), size);
          if (!made)
            return std::move(made.error());
          result = std::move(*made);
        }
        filter_rows(task, source.span(), at, out, result.span());
        return std::move(result);
      },
  };
}

} // namespace troupe
