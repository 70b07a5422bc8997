// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "troupe/scheduling/envelope_actor.hpp"

#include "caf/actor.hpp"
#include "caf/atom.hpp"
#include "caf/behavior.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/result.hpp"

namespace troupe::test {

/// Sends the numbers from 0 up as requests, so many at a time, and looks at the
/// answers. Costs little per request, unlike CAF's `request`, which searches
/// all that are open.
///
/// | accepts      | replies                                                  |
/// |--------------|----------------------------------------------------------|
/// | `(ok_atom)`  | unit, once each request was answered                     |
/// | `(get_atom)` | `size_t` each: answers, requests answered more than once,|
/// |              | answers that equal `f(number)`                           |
class task_client : public envelope_actor {
public:
  using function = int64_t (*)(int64_t);

  task_client(caf::actor_config& cfg, caf::actor receiver, size_t requests,
              size_t window, function f)
      : envelope_actor(cfg),
        receiver_(std::move(receiver)),
        answers_(requests),
        window_(window),
        f_(f) {
    // nop
  }

protected:
  caf::behavior make_behavior() override {
    for (size_t i = 0; i < window_ && sent_ < answers_.size(); ++i)
      send_next();
    return {
        [this](caf::ok_atom) {
          done_ = make_response_promise();
          tell_if_done();
          return done_;
        },
        [this](caf::get_atom) -> caf::result<size_t, size_t, size_t> {
          return {received_, repeated_, right_};
        },
    };
  }

  bool take(caf::mailbox_element& x) override {
    if (!x.mid.is_response())
      return false;
    auto i = x.mid.request_id().integer_value() - first_id_;
    ++received_;
    if (answers_[i]++ > 0)
      ++repeated_;
    auto& content = x.content();
    if (content.match_elements<int64_t>()
        && content.get_as<int64_t>(0) == f_(static_cast<int64_t>(i)))
      ++right_;
    if (sent_ < answers_.size())
      send_next();
    else
      tell_if_done();
    return true;
  }

private:
  void send_next() {
    auto mid = new_request_id(caf::message_priority::normal);
    if (sent_ == 0)
      first_id_ = mid.request_id().integer_value();
    receiver_->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{ctrl()},
                                                 mid, {},
                                                 static_cast<int64_t>(sent_++)),
                       context());
  }

  void tell_if_done() {
    if (received_ >= answers_.size() && done_.pending())
      done_.deliver(caf::unit);
  }

  caf::actor receiver_;
  std::vector<uint8_t> answers_;
  size_t window_;
  function f_;
  uint64_t first_id_ = 0;
  size_t sent_ = 0;
  size_t received_ = 0;
  size_t repeated_ = 0;
  size_t right_ = 0;
  caf::response_promise done_;
};

} // namespace troupe::test
