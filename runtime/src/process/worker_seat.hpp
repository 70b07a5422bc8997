// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"
#include "caf/response_promise.hpp"
#include "caf/system_messages.hpp"

#include "troupe/location/start_desk.hpp"
#include "troupe/scheduling/envelope_actor.hpp"
#include "troupe/scheduling/trace.hpp"
#include "troupe/supervision/checkpoint_note.hpp"

#include "process/worker_page.hpp"

namespace troupe {

/// What a message in a worker process was at first.
enum class task_kind : uint8_t { request = 1, plain };

/// Where the actor of a worker process sits: starts it, hands it one message
/// after another, and keeps the books in the page.
///
/// Accepts from its stand-in:
///
/// | message                                  | reply                        |
/// |------------------------------------------|------------------------------|
/// | `(start_atom, string type, string child, | unit once its init function  |
/// | uint64 generation, uint64 max_checkpoint_| has run; `unknown_actor_     |
/// | bytes, uint64 n, n args..., checkpoint...| type`, or why it has ended   |
/// | )`                                       |                              |
/// | `(worker_atom, uint64 number,            | what the actor replies; unit |
/// | uint8 task_kind, strong_actor_ptr        | after a plain message        |
/// | sender, content...)`                     |                              |
/// | `(stop_atom, error reason)`              | nothing; the actor is told   |
/// |                                          | to exit                      |
/// | `(discard_atom, timespan)`               | nothing; the actor is asked  |
/// |                                          | to give up a message that it |
/// |                                          | has had for so long          |
///
/// Sends to it:
///
/// | message                  | meaning                                      |
/// |--------------------------|----------------------------------------------|
/// | `(ready_atom, number)`   | the handler of this request has returned, but|
/// |                          | the answer comes later                       |
/// | `(checkpoint_atom, ...)` | the actor has made a checkpoint              |
/// | `(discard_atom, error)`  | it has made one that was refused             |
/// | `(tell_atom, error,      | the actor has ended; nothing follows. Of an  |
/// | string)`                 | exception with the name of its class         |
class worker_seat : public envelope_actor {
public:
  /// @param vacated Is called when the actor has ended, and the stand-in was
  ///        told.
  worker_seat(caf::actor_config& cfg, std::shared_ptr<shared_page> page,
              std::function<void()> vacated);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

  bool take(caf::mailbox_element& x) override;

private:
  struct task {
    uint64_t number;
    task_kind kind;
    caf::strong_actor_ptr sender;
    /// Under which the stand-in waits for the reply.
    caf::message_id reply_to;
    caf::message content;
  };

  /// A request that the actor has to answer.
  struct open_request {
    uint64_t number;
    caf::message_id reply_to;
  };

  void pass_on(trace_span& x);

  void start(caf::mailbox_element& x);
  void start_by_caf(const std::string& type, caf::message args,
                    caf::response_promise promise);
  void started(caf::actor x, caf::response_promise& promise);
  void take_checkpoint(const checkpoint_note& x);
  void arrived(caf::mailbox_element& x);
  void feed();
  void handled(uint64_t number);
  bool replied(caf::mailbox_element& x);
  void down(const caf::down_msg& x);
  void send_to_stand_in(caf::message_id mid, caf::message content);

  std::shared_ptr<shared_page> page_;
  std::function<void()> vacated_;
  std::optional<start_desk> desk_;
  caf::strong_actor_ptr stand_in_;
  caf::actor actor_;
  /// Whether the actor tells when it has handled a message.
  bool answers_probes_ = true;
  std::deque<task> waiting_;
  std::optional<task> in_work_;
  /// What it has replied to the message in work.
  std::optional<caf::message> reply_;
  /// By the ids of the responses.
  std::unordered_map<uint64_t, open_request> open_;
};

} // namespace troupe
