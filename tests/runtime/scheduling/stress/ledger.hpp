// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace troupe::test {

/// What all actors of a run book. When the run is over, all of it must balance.
struct ledger {
  std::atomic<uint64_t> started = 0;
  std::atomic<uint64_t> ended = 0;
  std::atomic<uint64_t> sent = 0;
  std::atomic<uint64_t> handled = 0;
  /// Messages that an actor which quit or was killed left in its mailbox.
  std::atomic<uint64_t> left_behind = 0;
  /// Messages that vanished though their receiver lived on.
  std::atomic<uint64_t> lost = 0;
  std::atomic<uint64_t> asked = 0;
  std::atomic<uint64_t> answered = 0;
  /// Requests whose sender ended before the answer came.
  std::atomic<uint64_t> abandoned = 0;
  /// Requests without an answer though their sender lived on.
  std::atomic<uint64_t> forgotten = 0;
};

/// An actor from its start to the end of the last trace of it.
struct life {
  explicit life(ledger& x) : books(x) {
    ++books.started;
  }

  life(const life&) = delete;
  life& operator=(const life&) = delete;

  ~life() {
    ++books.ended;
  }

  ledger& books;

  /// Set before the actor is made to end by itself or by others.
  std::atomic<bool> over = false;
};

using life_ptr = std::shared_ptr<life>;

/// Travels in a message and books what becomes of it.
class parcel {
public:
  explicit parcel(life_ptr receiver) : receiver_(std::move(receiver)) {
    ++receiver_->books.sent;
  }

  parcel(const parcel&) = delete;
  parcel& operator=(const parcel&) = delete;

  ~parcel() {
    if (handled_)
      return;
    auto& books = receiver_->books;
    ++books.left_behind;
    if (!receiver_->over)
      ++books.lost;
  }

  void handled() {
    handled_ = true;
    ++receiver_->books.handled;
  }

private:
  life_ptr receiver_;
  bool handled_ = false;
};

using parcel_ptr = std::shared_ptr<parcel>;

/// Waits in the handlers of a request and books what becomes of it.
class question {
public:
  explicit question(life_ptr asker) : asker_(std::move(asker)) {
    ++asker_->books.asked;
  }

  question(const question&) = delete;
  question& operator=(const question&) = delete;

  ~question() {
    if (answered_)
      return;
    auto& books = asker_->books;
    ++books.abandoned;
    if (!asker_->over)
      ++books.forgotten;
  }

  void answered() {
    answered_ = true;
    ++asker_->books.answered;
  }

private:
  life_ptr asker_;
  bool answered_ = false;
};

using question_ptr = std::shared_ptr<question>;

} // namespace troupe::test
