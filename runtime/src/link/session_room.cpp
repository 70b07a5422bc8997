// SPDX-License-Identifier: Apache-2.0

// How senders of a session wait for room.

#include "link/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "caf/message.hpp"

#include "troupe/base/errc.hpp"

#include "link/hub.hpp"
#include "link/poller.hpp"

namespace troupe {

namespace {

/// What a message takes beside its content, at most, but for unusual ones.
constexpr uint64_t record_overhead = 512;

/// Whoever was told that there is room sends within this time, or loses it.
constexpr auto promise_lasts = std::chrono::milliseconds{200};

/// Senders that may wait for room at the same time.
constexpr size_t max_room_requests = 65'536;

void answer(const session::room_request& x, caf::message content) {
  if (x.sender)
    x.sender->enqueue(nullptr, x.id.response_id(), std::move(content), nullptr);
}

} // namespace

/// @returns whether there is room, after a while if need be.
bool session::await_room(uint64_t bytes, lock& guard) {
  if (closed_ || outbox_.has_room(bytes))
    return true;
  auto& options = hub_.options();
  if (options.max_wait <= caf::timespan{0} || poller::on_duty())
    return false;
  ++waiting_;
  auto result = room_.wait_for(guard, options.max_wait, [&] {
    return closed_ || outbox_.has_room(bytes);
  });
  --waiting_;
  return result;
}

void session::ask_for_room(room_request x) {
  caf::error refused;
  {
    lock guard{mtx_};
    if (closed_) {
      refused = closed_error();
    } else if (room_requests_.size() == max_room_requests) {
      refused = make_error(errc::link_full,
                           fmt::format("{} senders wait for room to node {}",
                                       max_room_requests, peer_.name));
    } else {
      room_requests_.push_back(std::move(x));
      has_room_requests_ = true;
    }
  }
  if (refused)
    answer(x, caf::make_message(std::move(refused)));
  else
    answer_room_requests();
}

void session::answer_room_requests() {
  if (!has_room_requests_)
    return;
  std::vector<room_request> lucky;
  {
    lock guard{mtx_};
    auto now = std::chrono::steady_clock::now();
    if (now - promised_at_ > promise_lasts)
      promised_bytes_ = 0;
    auto fits = [this](uint64_t bytes) {
      auto taken = outbox_.waiting_bytes() + promised_bytes_;
      return taken == 0 || taken + bytes <= hub_.options().max_unsent_bytes;
    };
    while (!room_requests_.empty()) {
      auto bytes = room_requests_.front().bytes + record_overhead;
      if (!fits(bytes))
        break;
      promised_bytes_ += bytes;
      promised_at_ = now;
      lucky.push_back(std::move(room_requests_.front()));
      room_requests_.pop_front();
    }
    has_room_requests_ = !room_requests_.empty();
  }
  for (auto& x : lucky)
    answer(x, caf::message{});
}

/// Answers those who wait for room, since there will be none.
void session::refuse_room_requests(const caf::error& why) {
  std::deque<room_request> all;
  {
    lock guard{mtx_};
    all.swap(room_requests_);
    has_room_requests_ = false;
  }
  for (auto& x : all)
    answer(x, caf::make_message(why));
}

} // namespace troupe
