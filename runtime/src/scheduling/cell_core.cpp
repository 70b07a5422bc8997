// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/cell_core.hpp"

#include <algorithm>
#include <bit>
#include <new>
#include <typeinfo>

#include "caf/actor_cast.hpp"
#include "caf/atom.hpp"
#include "caf/detail/pretty_type_name.hpp"
#include "caf/detail/sync_request_bouncer.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scheduled_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/detail/block_cache.hpp"
#include "troupe/scheduling/detail/traced_envelope.hpp"

#include "scheduling/distant_actor.hpp"
#include "scheduling/passage.hpp"

namespace troupe {

namespace {

detail::cell_probe* probe_of(caf::abstract_actor* x) {
  return dynamic_cast<detail::cell_probe*>(x);
}

detail::cell_probe* probe_of(const caf::actor& x) {
  return x ? probe_of(caf::actor_cast<caf::abstract_actor*>(x)) : nullptr;
}

} // namespace

std::string to_string(overflow_policy x) {
  switch (x) {
    case overflow_policy::refuse:
      return "refuse";
    case overflow_policy::drop_oldest:
      return "drop_oldest";
    case overflow_policy::drop_newest:
      return "drop_newest";
  }
  return "unknown";
}

std::optional<cell_stats> stats_of(const caf::actor& x) {
  auto probe = probe_of(x);
  if (probe != nullptr && probe->core().lanes.is_closed())
    return std::nullopt;
  return last_stats_of(x);
}

std::optional<cell_stats> last_stats_of(const caf::actor& x) {
  if (auto probe = probe_of(x))
    return probe->stats();
  auto view = view_of(x);
  return view != nullptr ? view->stats() : std::nullopt;
}

std::vector<envelope_record> history_of(const caf::actor& x) {
  if (auto probe = probe_of(x))
    return probe->history();
  auto view = view_of(x);
  return view != nullptr ? view->history() : std::vector<envelope_record>{};
}

void cell_hooks::operator()(salvage& found) const {
  if (auto owner = owner_.lock())
    static_cast<cell_owner*>(owner->get())->salvaged(found);
}

bool has_hooks(const caf::actor& x) {
  auto probe = probe_of(x);
  return probe != nullptr && probe->core().has_hooks();
}

void on_salvage(caf::local_actor* self, std::function<void(salvage&)> f) {
  if (auto probe = probe_of(self))
    probe->core().on_salvage(std::move(f));
}

} // namespace troupe

namespace troupe::detail {

namespace {

void answer(const caf::mailbox_element& what, const caf::error& reason) {
  if (what.sender && what.mid.is_request())
    what.sender->enqueue(nullptr, what.mid.response_id(),
                         caf::make_message(reason), nullptr);
}

} // namespace

caf::error keep_exception_text(caf::scheduled_actor* self,
                               std::exception_ptr& x) {
  // Prints a line, as for any actor.
  auto result = caf::scheduled_actor::default_exception_handler(self, x);
  return {result.code(), result.category(), exception_context(x)};
}

// -- envelope_ring ------------------------------------------------------------

envelope_ring* envelope_ring::make(size_t capacity) {
  if (capacity > 0)
    capacity = std::bit_ceil(capacity);
  auto bytes = sizeof(envelope_ring) + capacity * sizeof(slot_type);
  auto ptr = new (block_cache::allocate(bytes)) envelope_ring(capacity);
  for (size_t i = 0; i < capacity; ++i)
    new (ptr->slots() + i) slot_type{};
  return ptr;
}

void envelope_ring::destroy(envelope_ring* x) noexcept {
  if (x == nullptr)
    return;
  auto bytes = sizeof(envelope_ring) + x->capacity_ * sizeof(slot_type);
  x->~envelope_ring();
  block_cache::release(x, bytes);
}

std::vector<envelope_record> envelope_ring::snapshot() const {
  std::vector<envelope_record> result;
  auto end = written_.load(std::memory_order_acquire);
  auto now = ticks::now();
  for (auto n = end - std::min<uint64_t>(end, capacity_); n < end; ++n) {
    auto& slot = slots()[n & (capacity_ - 1)];
    auto began = slot.began.load(std::memory_order_acquire);
    auto type = slot.type.load(std::memory_order_relaxed);
    auto atom = slot.atom.load(std::memory_order_relaxed);
    envelope_record x{{},
                      slot.sender.load(std::memory_order_relaxed),
                      caf::message_id{slot.mid.load(std::memory_order_relaxed)},
                      {},
                      slot.size.load(std::memory_order_relaxed)};
    std::atomic_thread_fence(std::memory_order_acquire);
    // Left out if it was overwritten meanwhile.
    if (began == 0 || slot.began.load(std::memory_order_relaxed) != began)
      continue;
    x.age = ticks::to_duration(now > began ? now - began : 0);
    if (x.size == 0)
      x.type = "empty";
    else if (atom != 0)
      x.type = to_string(caf::atom_value{atom});
    else if (type > caf::type_nrs)
      x.type = caf::detail::pretty_type_name(
          *reinterpret_cast<const std::type_info*>(type));
    else if (type > 0)
      x.type = caf::numbered_type_names[type - 1];
    result.push_back(std::move(x));
  }
  return result;
}

// -- cell_core ----------------------------------------------------------------

cell_core::cell_core(const cell_options& opts)
    : history_(static_cast<uint16_t>(std::min<size_t>(opts.history, 1024))),
      sample_(history_ != 0) {
  if (opts.mailbox_limit)
    need_more().limited = std::make_unique<limited_lane>(
        std::max<size_t>(*opts.mailbox_limit, 1), opts.overflow);
  if (opts.hooks)
    set_hooks(opts.hooks);
}

cell_core::~cell_core() {
  envelope_ring::destroy(ring_.load(std::memory_order_relaxed));
  delete more();
  if (auto x = owner())
    caf::intrusive_ptr_release_weak(x);
  delete record();
}

envelope_ring& cell_core::make_ring() {
  auto result = envelope_ring::make(history_);
  ring_.store(result, std::memory_order_release);
  return *result;
}

void cell_core::note_exit(const caf::mailbox_element& x) {
  if (x.content().get_as<caf::exit_msg>(0).reason)
    stop_.store(exit_mark, std::memory_order_release);
}

bool cell_core::request_cancel(uint64_t at_least) noexcept {
  auto since = busy_since_.load(std::memory_order_relaxed);
  auto now = ticks::now();
  if (since == 0 || (now > since ? now - since : 0) < at_least)
    return false;
  auto old = stop_.load(std::memory_order_relaxed);
  while (old != exit_mark
         && !stop_.compare_exchange_weak(old, since, std::memory_order_release,
                                         std::memory_order_relaxed))
    ; // nop
  return true;
}

void cell_core::book_last(uint64_t since) noexcept {
  auto now = ticks::now();
  auto ticks = now > since ? now - since : 0;
  auto& books = ring();
  if (ticks < short_run && this_turn.start != 0)
    books.short_ticks.bump(sample_share * ticks);
  else
    books.ran(ticks);
}

void book_long_run(envelope_ring& to, uint64_t ticks) noexcept {
  to.ran_long(ticks);
}

cell_core::pushed cell_core::push_limited(caf::mailbox_element_ptr& x) {
  caf::mailbox_element_ptr evicted;
  auto refuse = [](const caf::mailbox_element& what) {
    answer(what, make_error(errc::mailbox_full, "the mailbox is full"));
  };
  switch (more()->limited->push(x, evicted)) {
    case limited_lane::verdict::taken:
      break;
    case limited_lane::verdict::refused:
      more()->limited->refused.fetch_add(1, std::memory_order_relaxed);
      sample_.forget(x.get());
      refuse(*x);
      return pushed::quietly;
    case limited_lane::verdict::dropped:
      more()->limited->dropped.fetch_add(1, std::memory_order_relaxed);
      sample_.forget(x.get());
      refuse(*x);
      return pushed::quietly;
    case limited_lane::verdict::closed:
      return pushed::closed;
  }
  if (evicted) {
    more()->limited->dropped.fetch_add(1, std::memory_order_relaxed);
    sample_.forget(evicted.get());
    refuse(*evicted);
  }
  return lanes.try_unblock() ? pushed::wake : pushed::quietly;
}

cell_lanes::pointer cell_core::pop_limited() {
  return more()->limited->pop();
}

void cell_core::release_limited(const caf::mailbox_element& x) {
  more()->limited->release(x);
}

bool cell_core::try_block_limited() {
  if (!lanes.try_block())
    return false;
  // A message pushed before the cell blocked woke nobody.
  return more()->limited->empty() || !lanes.try_unblock();
}

cell_lanes::pointer
cell_core::next_from(const caf::actor_control_block* sender) {
  if (auto x = lanes.next_from(sender))
    return x;
  return limited() ? more()->limited->pop_from(sender) : nullptr;
}

caf::mailbox_element* cell_core::peek() {
  lanes.settle();
  auto x = next();
  if (x != nullptr) {
    lanes.settle();
    lanes.put_back(x);
  }
  return x;
}

void cell_core::skip(cell_lanes::pointer x) {
  ring().skipped.bump();
  lanes.settle();
  lanes.skip(need_more().aside, x);
}

cell_core::extras& cell_core::need_more() {
  if (more() == nullptr) {
    auto x = std::make_unique<extras>();
    x->hooks = hooks();
    if (auto y = owner())
      caf::intrusive_ptr_release_weak(y);
    slot().store(reinterpret_cast<uintptr_t>(x.release()),
                 std::memory_order_release);
  }
  return *more();
}

cell_hooks cell_core::hooks() const {
  if (auto x = more())
    return x->hooks;
  return cell_hooks{caf::weak_actor_ptr{owner()}};
}

void cell_core::set_hooks(const cell_hooks& x) {
  if (auto y = more()) {
    y->hooks = x;
    return;
  }
  caf::weak_actor_ptr owner{x.owner()};
  slot().store(reinterpret_cast<uintptr_t>(owner.release()) | owner_bit,
               std::memory_order_release);
}

void cell_core::on_salvage(std::function<void(salvage&)> f) {
  using function = std::function<void(salvage&)>;
  need_more().salvage_handler = std::make_unique<function>(std::move(f));
}

bool cell_core::hand_back(caf::mailbox_element_ptr& x,
                          const caf::actor_control_block& receiver) noexcept {
  return passage::hand_back(x, receiver);
}

response_table& cell_core::responses() {
  return need_more().responses;
}

void cell_core::close(envelope_list& rest, const caf::error& reason,
                      caf::mailbox_element* in_work,
                      const caf::actor_control_block* self) {
  unskip();
  lanes.close(rest);
  if (limited())
    more()->limited->close(rest);
  auto told = hooks();
  auto f = more() != nullptr ? std::exchange(more()->salvage_handler, nullptr)
                             : nullptr;
  if (!told && !f)
    return;
  salvage found{.reason = reason,
                .self = self,
                .in_work = in_work,
                .threw = failed_in_work,
                .waiting = {}};
  while (auto x = rest.pop_front())
    detach_trace(found.waiting.emplace_back(x));
  if (f)
    (*f)(found);
  told(found);
  for (auto& x : found.waiting)
    if (x != nullptr)
      rest.push_back(x.release());
  if (found.threw && !found.in_work_taken)
    answer(*found.in_work, reason);
}

cell_stats cell_core::stats() const {
  cell_stats result;
  if (auto ring = ring_.load(std::memory_order_acquire)) {
    result.handled = ring->handled.value();
    result.skipped = ring->skipped.value();
    result.run_time =
        ticks::to_duration(ring->short_ticks.value()
                           + ring->long_ticks.load(std::memory_order_relaxed));
    result.run_times = ring->run_times.read(result.handled);
    result.wait_times = ring->wait_times.read(ring->waits.value());
  }
  result.waiting = lanes.waiting();
  result.control_waiting = lanes.control_waiting();
  if (limited()) {
    auto& lane = *more()->limited;
    result.refused = lane.refused.load(std::memory_order_relaxed);
    result.dropped = lane.dropped.load(std::memory_order_relaxed);
    result.waiting += lane.waiting();
  }
  if (auto since = busy_since_.load(std::memory_order_relaxed)) {
    auto now = ticks::now();
    result.busy_for = ticks::to_duration(now > since ? now - since : 0);
    result.run_time += *result.busy_for;
  }
  return result;
}

std::vector<envelope_record> cell_core::history() const {
  auto ring = ring_.load(std::memory_order_acquire);
  return ring != nullptr ? ring->snapshot() : std::vector<envelope_record>{};
}

} // namespace troupe::detail
