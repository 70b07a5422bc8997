// SPDX-License-Identifier: Apache-2.0

// Compiled such that square roots need not set errno: then loops with them
// become vector instructions.

#include "troupe/actors/imaging.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "clones.hpp"
#include "filter_taps.hpp"

namespace troupe {

namespace {

using row = std::vector<float>;

uint64_t clamped(int64_t i, uint64_t size) {
  return static_cast<uint64_t>(
      std::clamp<int64_t>(i, 0, static_cast<int64_t>(size) - 1));
}

bool has_opacity(const image_task& x) {
  return x.channels % 2 == 0;
}

TROUPE_CLONES void widen(const uint16_t* from, size_t size, float* to) {
  for (size_t i = 0; i < size; ++i)
    to[i] = from[i];
}

uint16_t rounded(float x, float full) {
  return static_cast<uint16_t>(std::clamp(x, 0.0f, full) + 0.5f);
}

TROUPE_CLONES void round_all(const float* from, size_t size, float full,
                             uint16_t* to) {
  for (size_t i = 0; i < size; ++i) {
    auto x = from[i] < 0 ? 0 : from[i];
    to[i] = static_cast<uint16_t>(
        static_cast<int32_t>((x > full ? full : x) + 0.5f));
  }
}

/// Returns the samples of a row as numbers; colours are weighted by their
/// opacity, so that what cannot be seen does not shine through.
void load_row(const image_task& x, const uint16_t* from, row& to) {
  auto channels = x.channels;
  to.resize(x.width * channels);
  widen(from, to.size(), to.data());
  if (!has_opacity(x))
    return;
  auto full = static_cast<float>(x.max_sample);
  for (size_t i = 0; i < x.width; ++i) {
    auto pixel = to.data() + i * channels;
    for (size_t c = 0; c + 1 < channels; ++c)
      pixel[c] *= pixel[channels - 1] / full;
  }
}

/// Inverse of `load_row`.
void store_row(const image_task& x, const row& from, uint16_t* to) {
  auto channels = x.channels;
  auto full = static_cast<float>(x.max_sample);
  if (!has_opacity(x)) {
    round_all(from.data(), from.size(), full, to);
    return;
  }
  for (size_t i = 0; i < from.size(); i += channels) {
    auto opacity = from[i + channels - 1];
    auto scale = opacity > 0 ? full / opacity : 0.0f;
    for (size_t c = 0; c + 1 < channels; ++c)
      to[i + c] = rounded(from[i + c] * scale, full);
    to[i + channels - 1] = rounded(opacity, full);
  }
}

/// Neighbours that are added at once, which saves looking at the sum for each.
constexpr size_t batch = 4;

/// Adds to `to` what is in `from`, weighted, one after the other.
TROUPE_CLONES void add_batch(const float* const* from, const float* weights,
                             size_t size, float* to) {
  auto a = from[0];
  auto b = from[1];
  auto c = from[2];
  auto d = from[3];
  for (size_t i = 0; i < size; ++i) {
    auto sum = to[i];
    sum += weights[0] * a[i];
    sum += weights[1] * b[i];
    sum += weights[2] * c[i];
    sum += weights[3] * d[i];
    to[i] = sum;
  }
}

TROUPE_CLONES void add_one(const float* from, float weight, size_t size,
                           float* to) {
  for (size_t i = 0; i < size; ++i)
    to[i] += weight * from[i];
}

/// Adds up `count` neighbours; `neighbour(k)` returns where one is.
template <class Neighbour>
void add_all(Neighbour neighbour, const float* weights, size_t count,
             size_t size, float* to) {
  size_t k = 0;
  for (; k + batch <= count; k += batch) {
    const float* from[batch] = {neighbour(k), neighbour(k + 1),
                                neighbour(k + 2), neighbour(k + 3)};
    add_batch(from, weights + k, size, to);
  }
  for (; k < count; ++k)
    add_one(neighbour(k), weights[k], size, to);
}

/// Filters a row along its length when all samples have the same weights.
void blur_along(const filter_taps& taps, size_t channels, const row& from,
                row& padded, row& to) {
  auto& first = taps.ranges.front();
  auto width = from.size() / channels;
  auto radius = static_cast<size_t>(-first.first);
  padded.resize((width + 2 * radius) * channels);
  for (size_t i = 0; i < width + 2 * radius; ++i) {
    auto j =
        clamped(static_cast<int64_t>(i) - static_cast<int64_t>(radius), width);
    std::copy_n(from.data() + j * channels, channels,
                padded.data() + i * channels);
  }
  to.assign(from.size(), 0);
  add_all([&](size_t k) { return padded.data() + k * channels; },
          taps.weights.data(), first.count, to.size(), to.data());
}

void resize_along(const filter_taps& taps, size_t channels, const row& from,
                  row& to) {
  auto width = from.size() / channels;
  to.assign(taps.ranges.size() * channels, 0);
  for (size_t i = 0; i < taps.ranges.size(); ++i) {
    auto& range = taps.ranges[i];
    for (size_t k = 0; k < range.count; ++k) {
      auto j = clamped(range.first + static_cast<int64_t>(k), width);
      auto weight = taps.weights[range.weights + k];
      for (size_t c = 0; c < channels; ++c)
        to[i * channels + c] += weight * from[j * channels + c];
    }
  }
}

/// Filters along the rows first, then across them.
class separable {
public:
  separable(const image_task& x, std::span<const uint16_t> source, row_range at)
      : task_(x),
        source_(source),
        at_(at),
        along_(x.filter == image_filter::blur
                   ? blur_taps(x.sigma, x.width)
                   : resize_taps(x.width, x.out_width)),
        across_(x.filter == image_filter::blur
                    ? blur_taps(x.sigma, x.height)
                    : resize_taps(x.height, x.out_height)),
        lines_(at.count) {
    // nop
  }

  void compute(row_range out, std::span<uint16_t> result) {
    row sum;
    auto size = task_.out_width * task_.channels;
    for (uint64_t y = 0; y < out.count; ++y) {
      auto& range = across_.ranges[out.first + y];
      sum.assign(size, 0);
      auto neighbour = [&](size_t k) {
        return line(
                   clamped(range.first + static_cast<int64_t>(k), task_.height))
            .data();
      };
      add_all(neighbour, across_.weights.data() + range.weights, range.count,
              size, sum.data());
      store_row(task_, sum, result.data() + y * size);
      forget_before(y + 1 < out.count ? across_.ranges[out.first + y + 1].first
                                      : range.first);
    }
  }

private:
  /// Returns a row of the source, filtered along its length.
  const row& line(uint64_t y) {
    auto& result = lines_[y - at_.first];
    if (!result.empty())
      return result;
    if (!spare_.empty()) {
      result = std::move(spare_.back());
      spare_.pop_back();
    }
    auto size = task_.width * task_.channels;
    load_row(task_, source_.data() + (y - at_.first) * size, loaded_);
    if (task_.filter == image_filter::blur)
      blur_along(along_, task_.channels, loaded_, padded_, result);
    else
      resize_along(along_, task_.channels, loaded_, result);
    return result;
  }

  /// The rows before are not needed any more, but the border may be.
  void forget_before(int64_t y) {
    for (; first_ < y && first_ < static_cast<int64_t>(task_.height) - 1;
         ++first_)
      if (auto i = first_ - static_cast<int64_t>(at_.first);
          i >= 0 && i < static_cast<int64_t>(lines_.size())
          && !lines_[static_cast<size_t>(i)].empty()) {
        spare_.push_back(std::move(lines_[static_cast<size_t>(i)]));
        lines_[static_cast<size_t>(i)].clear();
      }
  }

  const image_task& task_;
  std::span<const uint16_t> source_;
  row_range at_;
  filter_taps along_;
  filter_taps across_;
  std::vector<row> lines_;
  std::vector<row> spare_;
  row loaded_;
  row padded_;
  int64_t first_ = 0;
};

/// Adds up the neighbours of a row that is continued by a pixel at each end.
TROUPE_CLONES void sobel_row(const float* above, const float* here,
                             const float* below, size_t size, size_t channels,
                             float* to) {
  for (size_t i = 0; i < size; ++i) {
    auto l = i;
    auto m = i + channels;
    auto r = i + 2 * channels;
    auto dx =
        above[r] - above[l] + 2 * (here[r] - here[l]) + below[r] - below[l];
    auto dy =
        below[l] + 2 * below[m] + below[r] - above[l] - 2 * above[m] - above[r];
    to[i] = std::sqrt(dx * dx + dy * dy);
  }
}

void compute_sobel(const image_task& x, std::span<const uint16_t> source,
                   row_range at, row_range out, std::span<uint16_t> result) {
  auto size = x.width * x.channels;
  auto full = static_cast<float>(x.max_sample);
  auto load = [&](int64_t y, row& to) {
    auto from = source.data() + (clamped(y, x.height) - at.first) * size;
    to.resize(size + 2 * x.channels);
    widen(from, size, to.data() + x.channels);
    widen(from, x.channels, to.data());
    widen(from + size - x.channels, x.channels, to.data() + size + x.channels);
  };
  row above;
  row here;
  row below;
  row sum(size);
  auto y = static_cast<int64_t>(out.first);
  load(y - 1, above);
  load(y, here);
  for (uint64_t i = 0; i < out.count; ++i, ++y) {
    load(y + 1, below);
    sobel_row(above.data(), here.data(), below.data(), size, x.channels,
              sum.data());
    auto to = result.data() + i * size;
    round_all(sum.data(), size, full, to);
    if (has_opacity(x))
      for (auto k = x.channels - 1; k < size; k += x.channels)
        to[k] = static_cast<uint16_t>(here[k + x.channels]);
    std::swap(above, here);
    std::swap(here, below);
  }
}

} // namespace

void filter_rows(const image_task& x, std::span<const uint16_t> source,
                 row_range at, row_range out, std::span<uint16_t> result) {
  if (x.filter == image_filter::sobel)
    compute_sobel(x, source, at, out, result);
  else
    separable{x, source, at}.compute(out, result);
}

} // namespace troupe
