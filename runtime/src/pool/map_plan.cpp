// SPDX-License-Identifier: Apache-2.0

#include "pool/map_plan.hpp"

#include <algorithm>

namespace troupe {

namespace {

/// Pieces per worker: one in work, the others on their way.
constexpr size_t batches_per_worker = 3;

constexpr size_t first_singles_per_worker = 2;

/// Without batches, the way to the worker and back must be hidden.
constexpr size_t singles_per_worker = 64;

/// A batch towards the end holds at least this share of `batch_time`.
constexpr auto smallest_share = 16;

constexpr size_t growth = 4;

constexpr auto scale = 1'000;

} // namespace

void map_plan::workers(size_t n) {
  workers_ = std::max<size_t>(n, 1);
}

std::optional<map_piece> map_plan::next() {
  if (open_ >= window())
    return std::nullopt;
  using kind = map_piece::kind;
  std::optional<map_piece> result;
  if (!again_.empty()) {
    result = again_.front();
    again_.pop_front();
  } else if (next_ < total_) {
    result = map_piece{next_, 1, kind::single};
    if (batches_ == batches::known)
      *result = {next_, batch_size(), kind::batch};
    else if (batches_ == batches::untried && worth_a_batch()) {
      *result = {next_, std::min(batch_size(), reach_), kind::batch};
      batches_ = batches::tried;
    }
    next_ += result->count;
  } else {
    return std::nullopt;
  }
  ++open_;
  return result;
}

void map_plan::done(const map_piece& x, std::optional<caf::timespan> busy,
                    time_point now) {
  --open_;
  done_ += x.count;
  if (room_)
    room_ = *room_ + 1;
  if (x.how == map_piece::kind::single) {
    // At most: they also waited, and were on their way.
    slowest_ = (now - begin_) * static_cast<int64_t>(workers_)
               / static_cast<int64_t>(done_);
    return;
  }
  batches_ = batches::known;
  if (busy)
    cost_.add(*busy * scale / static_cast<int64_t>(x.count));
  if (x.count >= reach_)
    reach_ = std::min(reach_ * growth, limits_.max_batch);
}

void map_plan::not_understood(const map_piece& x) {
  failed_as_batch(x);
  batches_ = batches::unknown;
}

void map_plan::failed_as_batch(const map_piece& x) {
  --open_;
  for (size_t i = 0; i < x.count; ++i)
    again_.push_back({x.first + i, 1, map_piece::kind::single});
  reach_ = std::max<size_t>(x.count / (growth * 2), 1);
  if (batches_ == batches::tried)
    batches_ = batches::untried;
}

void map_plan::too_large(const map_piece& x) {
  --open_;
  auto half = std::max<size_t>(x.count / 2, 1);
  again_.push_front({x.first, half, map_piece::kind::batch});
  if (half < x.count)
    again_.push_front({x.first + half, x.count - half, map_piece::kind::batch});
  fitting_ = std::min(fitting_.value_or(half), half);
}

void map_plan::refused(const map_piece& x) {
  --open_;
  again_.push_front(x);
  room_ = std::max<size_t>(open_, 1);
}

size_t map_plan::window() const {
  auto per_worker = first_singles_per_worker;
  if (batches_ == batches::known)
    per_worker = batches_per_worker;
  else if (batches_ == batches::unknown)
    per_worker = singles_per_worker;
  auto result = per_worker * workers_;
  return room_ ? std::min(result, *room_) : result;
}

// As much as `batch_time` holds, but no more than leaves two batches for each
// worker, and no less than is worth the way.
size_t map_plan::batch_size() const {
  auto left = total_ - next_;
  auto fair = (left + 2 * workers_ - 1) / (2 * workers_);
  size_t by_time = reach_;
  size_t least = 1;
  if (auto cost = cost_.estimate()) {
    auto inputs =
        limits_.batch_time * scale / std::max(*cost, caf::timespan{1});
    by_time = static_cast<size_t>(std::max<int64_t>(inputs, 1));
    least = static_cast<size_t>(std::max<int64_t>(inputs / smallest_share, 1));
  }
  auto most = std::min({by_time, reach_, limits_.max_batch, left,
                        fitting_.value_or(limits_.max_batch)});
  return std::clamp<size_t>(std::max(fair, least), 1,
                            std::max<size_t>(most, 1));
}

bool map_plan::worth_a_batch() const {
  return limits_.max_batch > 1 && slowest_ && *slowest_ < limits_.batch_time;
}

} // namespace troupe
