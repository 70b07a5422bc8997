// SPDX-License-Identifier: Apache-2.0

#include "link/outbox.hpp"

#include <utility>

namespace troupe {

namespace {

/// What the fields beside schema and payload take, roughly.
constexpr uint64_t envelope_overhead = 64;

} // namespace

bool outbox::add(wire::Envelope&& x) {
  auto bytes = x.payload().size() + x.schema().size() + envelope_overhead;
  if (total_bytes_ != 0 && total_bytes_ + bytes > max_bytes_)
    return false;
  if (frames_.empty() || !frames_.back().takes_more
      || frames_.back().bytes + bytes > frame_bytes)
    frames_.emplace_back();
  auto& last = frames_.back();
  *last.frame.mutable_batch()->add_envelopes() = std::move(x);
  last.bytes += bytes;
  total_bytes_ += bytes;
  return true;
}

void outbox::add_frame(wire::Frame&& x) {
  frames_.push_back({std::move(x), 0, false});
}

void outbox::add_urgent(wire::Frame&& x) {
  frames_.push_front({std::move(x), 0, false});
}

bool outbox::take(wire::Frame& dest) {
  if (frames_.empty())
    return false;
  dest.Swap(&frames_.front().frame);
  total_bytes_ -= frames_.front().bytes;
  frames_.pop_front();
  return true;
}

void outbox::clear() {
  frames_.clear();
  total_bytes_ = 0;
}

} // namespace troupe
