// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"
#include "caf/timespan.hpp"

#include "troupe/testing/detail/message_pattern.hpp"
#include "troupe/testing/test_system.hpp"

namespace troupe {

/// What a probe expects of a message besides its types.
struct expectation {
  /// Who has sent it; without a value, anybody.
  caf::actor from = {};

  /// How much time of the test system may pass until it is there.
  caf::timespan within = caf::timespan{0};
};

/// An actor in the hands of a test: others send to it, and the test says what
/// must arrive, message by message.
///
/// Nothing is passed over: the next message must be the expected one. Without
/// one, the probe lets the system step, and moves its time as far as it may,
/// until there is a message; what else could have happened by then has not.
/// A message that is not as expected was taken, and stays with the probe no
/// longer.
class test_probe {
public:
  explicit test_probe(test_system& sys);

  /// Returns the actor to send to, and to be seen as the sender.
  caf::actor handle() const;

  /// CAF's own actor behind the probe, to monitor, link, send and request.
  caf::scoped_actor& self() noexcept {
    return self_;
  }

  template <class Handle, class... Ts>
  void send(const Handle& receiver, Ts&&... xs) {
    self_->send(receiver, std::forward<Ts>(xs)...);
  }

  /// Sends a request without timeout; the response arrives as any message does.
  template <class Handle, class... Ts>
  void request(const Handle& receiver, Ts&&... xs) {
    self_->request(receiver, caf::infinite, std::forward<Ts>(xs)...);
  }

  // -- expectations -----------------------------------------------------------

  /// Returns the next message, which must be of type `T`, or for several types
  /// be a tuple of these. An atom stands for its one value.
  /// @throws test_failure if there is none or another one.
  template <class T, class... Ts>
  auto expect(const expectation& x = {}) {
    auto pattern = detail::message_pattern::of<T, Ts...>();
    return take<T, Ts...>(next(pattern, x));
  }

  /// Takes the message that tells the end of `who`, and returns the reason.
  /// @pre The probe monitors `who`.
  /// @throws test_failure if there is none or another one.
  caf::error expect_down(const caf::actor& who,
                         caf::timespan within = caf::timespan{0});

  /// Lets the system run, and moves its time by `during`.
  /// @throws test_failure if a message arrives.
  void expect_nothing(caf::timespan during = caf::timespan{0});

  /// Returns whether a message is there. Lets nobody run.
  bool has_message();

  // -- the last expected message ----------------------------------------------

  /// Returns who has sent it; nobody for anonymous messages.
  const caf::strong_actor_ptr& sender() const noexcept {
    return sender_;
  }

  /// Answers it.
  /// @throws test_failure if nobody waits for an answer.
  template <class... Ts>
  void reply(Ts&&... xs) {
    answer(caf::make_message(std::forward<Ts>(xs)...));
  }

private:
  /// Takes the next message.
  caf::mailbox_element_ptr next(const detail::message_pattern& pattern,
                                const expectation& x);

  void answer(caf::message content);

  template <class... Ts>
  static auto take(caf::mailbox_element_ptr x) {
    auto content = x->move_content_to_message();
    auto get = [&]<size_t... Is>(std::index_sequence<Is...>) {
      return std::tuple<Ts...>{detail::element<Ts>(content, Is)...};
    };
    auto result = get(std::index_sequence_for<Ts...>{});
    if constexpr (sizeof...(Ts) == 1)
      return std::get<0>(std::move(result));
    else
      return result;
  }

  test_system& system_;
  caf::scoped_actor self_;
  caf::strong_actor_ptr sender_;
  caf::message_id id_;
};

} // namespace troupe
