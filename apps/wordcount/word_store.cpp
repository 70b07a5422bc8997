// SPDX-License-Identifier: Apache-2.0

#include "word_store.hpp"

#include <tuple>
#include <utility>

namespace wordcount {

namespace {

/// More files are merged into one before the next is written: each takes a
/// descriptor and a buffer.
constexpr size_t max_files = 32;

} // namespace

word_store::word_store(uint64_t memory_bytes, std::string directory)
    : memory_bytes_(memory_bytes), directory_(std::move(directory)) {
  // nop
}

void word_store::add(const troupe::word_run& x) {
  table_.add(x);
  if (table_.bytes() > memory_bytes_)
    spill();
}

void word_store::spill() {
  if (files_.size() == max_files) {
    sorted_file all{directory_};
    merged_files old{std::exchange(files_, {})};
    while (old.next())
      all.put(old.word(), old.count());
    files_.push_back(std::move(all));
  }
  sorted_file next{directory_};
  for (auto& [word, count] : table_.sorted())
    next.put(word, count);
  files_.push_back(std::move(next));
  table_.clear();
  ++spills_;
}

void word_store::rewind() {
  if (files_.empty()) {
    sorted_ = table_.sorted();
    return;
  }
  if (!table_.empty())
    spill();
  merged_.emplace(std::exchange(files_, {}));
}

bool word_store::next() {
  if (merged_) {
    if (!merged_->next())
      return false;
    word_ = merged_->word();
    count_ = merged_->count();
    return true;
  }
  if (position_ == sorted_.size())
    return false;
  std::tie(word_, count_) = sorted_[position_++];
  return true;
}

} // namespace wordcount
