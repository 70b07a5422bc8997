// SPDX-License-Identifier: Apache-2.0

#include "link/outbox.hpp"

#include <algorithm>
#include <utility>

#include "link/record.hpp"

namespace troupe {

namespace {

/// What an item takes beside its bytes, roughly.
constexpr uint64_t item_overhead = 128;

} // namespace

bool outbox::add_control(std::string_view x) {
  if (control_bytes_ + x.size() > limits_.max_control_bytes)
    return false;
  control_bytes_ += x.size();
  append(control_, x);
  return true;
}

bool outbox::add(uint64_t key, parcel x) {
  auto bytes = x.record.size() + x.block_bytes;
  if (!has_room(bytes))
    return false;
  auto i = lanes_.find(key);
  if (i == lanes_.end() && x.blocks.empty()) {
    append(small_, x.record);
    return true;
  }
  if (i == lanes_.end()) {
    i = lanes_.emplace(key, lane{}).first;
    turns_.push_back(key);
  }
  item next{std::string{x.record}, x.transfer, std::move(x.blocks),
            x.block_bytes};
  i->second.push_back(std::move(next));
  waiting_bytes_ += bytes + item_overhead;
  return true;
}

bool outbox::ready() const noexcept {
  return next_retained_ < retained_.size()
         || (waiting_bytes_ != 0 && has_credit());
}

std::optional<packed_frame> outbox::take() {
  if (next_retained_ < retained_.size())
    return retained_[next_retained_++];
  if (waiting_bytes_ == 0 || !has_credit())
    return std::nullopt;
  packed_frame result;
  auto records = take_records();
  auto record_bytes = records.size();
  // Lanes take turns until the frame is full or none of them may go on. Not
  // before all control records are gone: they hold schemas.
  size_t blocked = 0;
  while (control_.empty() && blocked < turns_.size()
         && result.bytes < frame_bytes) {
    auto key = turns_.front();
    turns_.pop_front();
    auto i = lanes_.find(key);
    auto before = result.bytes;
    if (fill(i->second, records, result)) {
      lanes_.erase(i);
      blocked = 0;
      continue;
    }
    turns_.push_back(key);
    blocked = result.bytes == before ? blocked + 1 : 0;
  }
  result.sequence = ++last_sequence_;
  result.bytes += record_bytes;
  result.records = std::make_shared<const std::string>(std::move(records));
  retained_.push_back(result);
  retained_bytes_ += result.bytes;
  next_retained_ = retained_.size();
  return result;
}

std::optional<std::vector<packed_frame>>
outbox::acknowledge(uint64_t sequence) {
  if (sequence > last_sequence_)
    return std::nullopt;
  std::vector<packed_frame> result;
  while (!retained_.empty() && retained_.front().sequence <= sequence) {
    retained_bytes_ -= retained_.front().bytes;
    result.push_back(std::move(retained_.front()));
    retained_.pop_front();
    if (next_retained_ > 0)
      --next_retained_;
  }
  return result;
}

void outbox::rewind() {
  next_retained_ = 0;
}

outbox outbox::abandon() {
  auto result = std::exchange(*this, outbox{limits_});
  last_sequence_ = result.last_sequence_;
  return result;
}

std::vector<std::string> outbox::take_all_records() {
  std::vector<std::string> result;
  for (auto& frame : retained_)
    result.push_back(*frame.records);
  for (auto from : {&control_, &small_})
    for (auto& records : *from)
      result.push_back(std::move(records));
  for (auto& kvp : lanes_)
    for (auto& x : kvp.second)
      if (!x.started)
        result.push_back(std::move(x.record));
  return result;
}

bool outbox::may_start(const item& x) const noexcept {
  if (x.blocks.empty() || x.started || transfers_ == 0)
    return true;
  return transfers_ < max_transfers
         && transfer_bytes_ + x.block_bytes <= limits_.max_transfer_bytes;
}

void outbox::append(std::deque<std::string>& to, std::string_view x) {
  if (to.empty() || to.back().size() + x.size() > frame_bytes)
    to.emplace_back();
  to.back() += x;
  waiting_bytes_ += x.size();
}

std::string outbox::take_records() {
  std::string result;
  for (auto from : {&control_, &small_}) {
    if (!control_.empty() && from == &small_)
      break;
    if (from->empty())
      continue;
    if (from == &control_)
      control_bytes_ -= from->front().size();
    if (result.empty())
      result = std::move(from->front());
    else
      result += from->front();
    from->pop_front();
  }
  waiting_bytes_ -= result.size();
  return result;
}

/// Gives a lane its turn.
/// @returns whether the lane is empty afterwards.
bool outbox::fill(lane& from, std::string& records, packed_frame& to) {
  auto end = std::min(to.bytes + chunk_bytes, frame_bytes);
  while (to.bytes < end) {
    if (from.empty())
      return true;
    auto& next = from.front();
    if (!may_start(next))
      return false;
    if (!next.started) {
      records += next.record;
      waiting_bytes_ -= next.record.size();
      // Many small ones must end a frame as well.
      to.bytes += next.record.size();
      next.started = true;
      if (!next.blocks.empty()) {
        ++transfers_;
        transfer_bytes_ += next.block_bytes;
      }
    }
    auto size = cut(next, to);
    if (size != 0)
      write_record(records, chunk_record{next.transfer, size});
    if (next.next_block < next.blocks.size())
      continue;
    if (!next.blocks.empty()) {
      --transfers_;
      transfer_bytes_ -= next.block_bytes;
    }
    waiting_bytes_ -= item_overhead;
    from.pop_front();
  }
  return from.empty();
}

/// Moves the next chunk of a transfer into the frame.
/// @returns its size.
uint64_t outbox::cut(item& from, packed_frame& to) {
  uint64_t result = 0;
  while (from.next_block < from.blocks.size() && result < chunk_bytes) {
    auto& block = from.blocks[from.next_block];
    auto size =
        std::min<uint64_t>(block.size - from.offset, chunk_bytes - result);
    to.bulk.push_back({block.data + from.offset, size, block.owner});
    from.offset += size;
    result += size;
    if (from.offset == block.size) {
      from.offset = 0;
      ++from.next_block;
    }
  }
  to.bytes += result;
  waiting_bytes_ -= result;
  return result;
}

} // namespace troupe
