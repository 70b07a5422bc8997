// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <typeinfo>

#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"
#include "caf/timestamp.hpp"

#include "troupe/scheduling/detail/block_cache.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe::detail {

/// What this thread sends belongs to; null outside of traces.
extern constinit thread_local const trace_context* this_trace;

/// The span that this thread is in; null outside of one.
class span_guard;
extern constinit thread_local span_guard* this_span;

/// Whether any message has ever belonged to a trace in this process.
extern constinit std::atomic<bool> traces_seen;

/// A message of a trace in the mailbox of a cell, which takes it out of here
/// before it looks at it.
class traced_envelope final : public caf::mailbox_element {
public:
  traced_envelope(caf::mailbox_element_ptr inner, const trace_context& context,
                  uint64_t since) noexcept;

  static void* operator new(size_t bytes) {
    return block_cache::allocate(bytes);
  }

  static void operator delete(void* ptr, size_t bytes) noexcept {
    block_cache::release(ptr, bytes);
  }

  /// Returns the message as it was.
  caf::mailbox_element_ptr take() noexcept;

  const trace_context& context() const noexcept {
    return context_;
  }

  /// When it was put into the mailbox, in ticks.
  uint64_t since() const noexcept {
    return since_;
  }

  caf::type_erased_tuple& content() override;

  const caf::type_erased_tuple& content() const override;

  caf::message move_content_to_message() override;

  caf::message copy_content_to_message() const override;

private:
  /// Runs `f` on the message while that has its sender and stages back.
  template <class F>
  decltype(auto) lend(F f);

  caf::mailbox_element_ptr inner_;
  trace_context context_;
  uint64_t since_;
};

inline bool is_traced(const caf::mailbox_element& x) noexcept {
  return traces_seen.load(std::memory_order_relaxed)
         && &typeid(x) == &typeid(traced_envelope);
}

/// Has a message belong to the trace of this thread, unless it is one that
/// overtakes data.
/// @pre `this_trace` is not null.
void attach_trace(caf::mailbox_element_ptr& x);

/// Undoes it. No effect on other messages.
void detach_trace(caf::mailbox_element_ptr& x) noexcept;

/// A message of a trace in work: while one lives, what is sent belongs to it.
class span_guard {
public:
  /// Takes the message out of its envelope.
  /// @pre `is_traced(*x)`
  explicit span_guard(caf::mailbox_element_ptr& x);

  ~span_guard();

  span_guard(const span_guard&) = delete;
  span_guard& operator=(const span_guard&) = delete;

  /// Puts a message that is not handled yet back into an envelope.
  void undo(caf::mailbox_element_ptr& x);

  void fail(const caf::error& why);

  /// Reports that `self` has handled the message.
  void finish(caf::local_actor& self);

private:
  trace_context parent_;
  trace_context here_;
  uint64_t since_;
  uint64_t began_;
  caf::timestamp start_;
  std::string name_;
  std::string error_;
  const trace_context* outer_trace_;
  span_guard* outer_span_;
};

/// Notes that what this thread is at has failed.
inline void note_failure(const caf::error& why) {
  if (this_span != nullptr) [[unlikely]]
    this_span->fail(why);
}

} // namespace troupe::detail
