// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/stream.hpp"
#include "caf/system_messages.hpp"
#include "caf/type_nr.hpp"

#include "troupe/scheduling/cell_hooks.hpp"
#include "troupe/scheduling/cell_options.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/detail/cell_lanes.hpp"
#include "troupe/scheduling/detail/cell_probe.hpp"
#include "troupe/scheduling/detail/response_table.hpp"
#include "troupe/scheduling/detail/start_record.hpp"
#include "troupe/scheduling/detail/traced_envelope.hpp"
#include "troupe/scheduling/detail/turn.hpp"
#include "troupe/scheduling/detail/wait_sample.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe {

struct salvage;

} // namespace troupe

namespace troupe::detail {

/// Exception handler that keeps the exception's text in the exit reason.
caf::error keep_exception_text(caf::scheduled_actor* self,
                               std::exception_ptr& x);

/// The part of a cell that does not depend on its base: mailbox and books.
class cell_core {
public:
  enum class pushed { quietly, wake, closed };

  explicit cell_core(const cell_options& opts);

  cell_core(const cell_core&) = delete;

  cell_core& operator=(const cell_core&) = delete;

  ~cell_core();

  // -- any thread -------------------------------------------------------------

  /// Takes `x`, refuses and answers it, or leaves it to the caller if closed.
  pushed push(caf::mailbox_element_ptr& x) {
    auto token = x->content().type_token();
    if (token == caf::make_type_token<caf::exit_msg>()
        || token == caf::make_type_token<caf::down_msg>()) {
      x->mid = x->mid.with_high_priority();
      if (token == caf::make_type_token<caf::exit_msg>())
        note_exit(*x);
    } else if (limited() && !cell_lanes::is_control(*x)) {
      sample_.offer(x.get());
      return push_limited(x);
    }
    auto ptr = x.release();
    sample_.offer(ptr);
    switch (lanes.push(ptr)) {
      case cell_lanes::push_result::running:
        return pushed::quietly;
      case cell_lanes::push_result::unblocked:
        return pushed::wake;
      case cell_lanes::push_result::closed:
        break;
    }
    x.reset(ptr);
    return pushed::closed;
  }

  cell_stats stats() const;

  std::vector<envelope_record> history() const;

  /// Asks the cell to give up the message in work, if it has been in work for
  /// at least so many ticks.
  /// @returns whether there is such a message.
  bool request_cancel(uint64_t at_least) noexcept;

  /// Whether the cell was asked to exit, or to give up the message in work.
  bool stop_requested() const noexcept {
    auto x = stop_.load(std::memory_order_relaxed);
    return x != 0
           && (x == exit_mark
               || x == busy_since_.load(std::memory_order_relaxed));
  }

  // -- the cell only ----------------------------------------------------------

  cell_lanes::pointer next() {
    if (auto x = lanes.next())
      return x;
    return limited() ? pop_limited() : nullptr;
  }

  cell_lanes::pointer next_from(const caf::actor_control_block* sender);

  caf::mailbox_element* peek();

  bool try_block() {
    return limited() ? try_block_limited() : lanes.try_block();
  }

  /// Books that `x` is taken up, the first message of a turn with the time at
  /// which the turn began.
  void begin(const caf::mailbox_element& x,
             const caf::type_erased_tuple& content, uint32_t token) {
    if (history_ == 0)
      return;
    auto since = taken_at();
    auto now = since == 0 ? this_turn.start : 0;
    // The turn goes on though it was thought to be over.
    auto late = this_turn.since != 0;
    if (now == 0 || late)
      now = ticks::now();
    if (late) [[unlikely]]
      finish_run(this_turn, now);
    auto& books = ring();
    if (since != 0)
      books.ran(now > since ? now - since : 0);
    if (auto waited = sample_.take(x, now)) [[unlikely]]
      books.waited(*waited);
    busy_since_.store(now, std::memory_order_relaxed);
    books.record(now, x, content, token);
  }

  /// Books that `x` is done.
  void consumed(const caf::mailbox_element& x) {
    ring().handled.bump();
    if (limited())
      release_limited(x);
    unskip();
  }

  /// Books that nobody waited for `x`.
  void dismissed(const caf::mailbox_element& x) {
    if (limited())
      release_limited(x);
  }

  /// Whether nothing waits but the message in work; see `cell_lanes::is_last`.
  bool is_last() const noexcept {
    return !limited() && lanes.is_last();
  }

  /// Puts what was set aside in front again.
  void unskip() noexcept {
    if (auto x = more())
      lanes.unskip(x->aside);
  }

  /// Sets `x` aside until another message has been handled.
  void skip(cell_lanes::pointer x);

  /// When the last message was taken up; zero without history.
  uint64_t taken_at() const noexcept {
    return busy_since_.load(std::memory_order_relaxed);
  }

  /// Books that no message is in work.
  void rest() noexcept {
    auto since = taken_at();
    if (since == 0)
      return;
    // Random enough.
    auto in_sample = (since >> 5) % sample_share == 0;
    if (this_turn.start == 0 || in_sample) [[unlikely]]
      book_last(since);
    else
      this_turn.books = &ring();
    this_turn.since = since;
    busy_since_.store(0, std::memory_order_relaxed);
  }

  /// Closes the mailbox. What nobody salvages ends up in `rest`.
  void close(envelope_list& rest, const caf::error& reason,
             caf::mailbox_element* in_work,
             const caf::actor_control_block* self);

  /// Gives `x`, which met the closed mailbox of `receiver`, back to the handle
  /// that is just handing it on in this thread.
  /// @returns `false` if it came from elsewhere.
  static bool hand_back(caf::mailbox_element_ptr& x,
                        const caf::actor_control_block& receiver) noexcept;

  /// Whether an owner decides about the message in work when its handler fails.
  bool has_hooks() const noexcept {
    auto x = more();
    return x != nullptr ? static_cast<bool>(x->hooks) : owner() != nullptr;
  }

  static bool is_down_msg(const caf::mailbox_element& x) {
    return x.content().type_token() == caf::make_type_token<caf::down_msg>();
  }

  /// Whether CAF treats messages with this type token in a special way.
  static bool is_special(uint32_t token) {
    switch (token) {
      case caf::make_type_token<caf::atom_value, caf::atom_value,
                                std::string>():
      case caf::make_type_token<caf::timeout_msg>():
      case caf::make_type_token<caf::exit_msg>():
      case caf::make_type_token<caf::down_msg>():
      case caf::make_type_token<caf::error>():
      case caf::make_type_token<caf::open_stream_msg>():
        return true;
      default:
        return false;
    }
  }

  void on_salvage(std::function<void(salvage&)> f);

  /// What the cell was started with, if a starter has started it.
  start_record* record() const noexcept {
    auto x = extras_.load(std::memory_order_acquire);
    return (x & record_bit) != 0
               ? reinterpret_cast<start_record*>(x & ~record_bit)
               : nullptr;
  }

  /// @pre the cell has none and has not been launched.
  void record(std::unique_ptr<start_record> x) {
    x->extras_ = extras_.load();
    extras_ = reinterpret_cast<uintptr_t>(x.release()) | record_bit;
  }

  /// Handlers of open requests beyond the few that CAF's own list holds.
  response_table& responses();

  bool has_responses() const noexcept {
    auto x = more();
    return x != nullptr && !x->responses.empty();
  }

  cell_lanes lanes;

  /// Whether the cell takes part in a stream and uses CAF's own mailbox.
  bool on_caf_path = false;

  /// Whether the handler of the message in work threw; with hooks only.
  bool failed_in_work = false;

private:
  static constexpr uintptr_t owner_bit = 1;
  static constexpr uintptr_t record_bit = 2;

  /// What few cells need.
  struct extras {
    std::unique_ptr<limited_lane> limited;
    cell_hooks hooks;
    std::unique_ptr<std::function<void(salvage&)>> salvage_handler;
    response_table responses;
    cell_lanes::aside aside;
  };

  /// The word behind the record, if there is one.
  const std::atomic<uintptr_t>& slot() const noexcept {
    auto x = record();
    return x != nullptr ? x->extras_ : extras_;
  }

  std::atomic<uintptr_t>& slot() noexcept {
    return const_cast<std::atomic<uintptr_t>&>(std::as_const(*this).slot());
  }

  extras* more() const noexcept {
    auto x = slot().load(std::memory_order_acquire);
    return (x & owner_bit) == 0 ? reinterpret_cast<extras*>(x) : nullptr;
  }

  /// Returns the owner of a cell that has no other extras; null without one.
  caf::actor_control_block* owner() const noexcept {
    auto x = slot().load(std::memory_order_acquire);
    return (x & owner_bit) != 0
               ? reinterpret_cast<caf::actor_control_block*>(x & ~owner_bit)
               : nullptr;
  }

  cell_hooks hooks() const;

  void set_hooks(const cell_hooks& x);

  bool limited() const noexcept {
    auto x = more();
    return x != nullptr && x->limited != nullptr;
  }

  extras& need_more();

  pushed push_limited(caf::mailbox_element_ptr& x);

  cell_lanes::pointer pop_limited();

  void release_limited(const caf::mailbox_element& x);

  bool try_block_limited();

  void note_exit(const caf::mailbox_element& x);

  /// Made for the first message.
  envelope_ring& ring() {
    auto x = ring_.load(std::memory_order_relaxed);
    return x != nullptr ? *x : make_ring();
  }

  envelope_ring& make_ring();

  /// Of the short runs that end a turn, one in so many is booked, for all of
  /// them: reading the clock while the next actor waits takes its time.
  static constexpr uint64_t sample_share = 16;

  void book_last(uint64_t since) noexcept;

  /// In place of a message's time: all messages are to be given up.
  static constexpr uint64_t exit_mark = UINT64_MAX;

  uint16_t history_;
  /// A pointer to extras, or else to an owner, with `owner_bit`; or to a record
  /// that has such a pointer, with `record_bit`.
  std::atomic<uintptr_t> extras_ = 0;
  std::atomic<uint64_t> busy_since_ = 0;
  /// Since when the message has been in work that is to be given up. It never
  /// has to be cleared: no other message has the same time.
  std::atomic<uint64_t> stop_ = 0;
  std::atomic<envelope_ring*> ring_ = nullptr;
  wait_sample sample_;
};

} // namespace troupe::detail
