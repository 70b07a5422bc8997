// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/cell_lanes.hpp"

#include "caf/system_messages.hpp"
#include "caf/type_nr.hpp"

namespace troupe::detail {

// -- limited_lane -------------------------------------------------------------

bool limited_lane::counts(const caf::mailbox_element& x) noexcept {
  return !cell_lanes::is_control(x) && !x.mid.is_response()
         && x.content().type_token()
                != caf::make_type_token<caf::timeout_msg>();
}

limited_lane::verdict limited_lane::push(caf::mailbox_element_ptr& x,
                                         caf::mailbox_element_ptr& evicted) {
  std::lock_guard guard{mtx_};
  if (closed_)
    return verdict::closed;
  if (counts(*x)) {
    if (size_ >= limit_) {
      if (policy_ == overflow_policy::drop_oldest)
        evicted.reset(take(&counts));
      if (!evicted)
        return policy_ == overflow_policy::refuse ? verdict::refused
                                                  : verdict::dropped;
      --size_;
    }
    ++size_;
  }
  list_.push_back(x.release());
  ++listed_;
  return verdict::taken;
}

caf::mailbox_element* limited_lane::pop() {
  std::lock_guard guard{mtx_};
  auto any = [](const caf::mailbox_element&) { return true; };
  return take(any);
}

caf::mailbox_element*
limited_lane::pop_from(const caf::actor_control_block* sender) {
  std::lock_guard guard{mtx_};
  return take([sender](const caf::mailbox_element& x) {
    return x.sender.get() == sender;
  });
}

void limited_lane::release(const caf::mailbox_element& x) {
  if (!counts(x))
    return;
  std::lock_guard guard{mtx_};
  if (size_ > 0)
    --size_;
}

bool limited_lane::empty() const {
  std::lock_guard guard{mtx_};
  return list_.empty();
}

uint64_t limited_lane::waiting() const {
  std::lock_guard guard{mtx_};
  return listed_;
}

void limited_lane::close(envelope_list& rest) {
  std::lock_guard guard{mtx_};
  closed_ = true;
  size_ = 0;
  listed_ = 0;
  rest.splice_back(list_);
}

// -- cell_lanes ---------------------------------------------------------------

bool cell_lanes::sort(uint64_t stack) noexcept {
  if (stack <= closed)
    return false;
  // The stack is in reverse order.
  envelope_list urgent;
  envelope_list data;
  int n = 0;
  auto in_place = in_place_.load(std::memory_order_relaxed);
  in_place_.store(false, std::memory_order_relaxed);
  for (auto x = to_pointer(stack); x != nullptr; ++n) {
    auto next = static_cast<pointer>(x->next);
    if (next == nullptr && in_place)
      break; // the message in work
    if (is_control(*x)) {
      ++control_seen_;
      urgent.push_front(x);
    } else {
      data.push_front(x);
    }
    x = next;
  }
  urgent_.splice_back(urgent);
  data_.splice_back(data);
  hold(n);
  return n > 0;
}

void cell_lanes::close(envelope_list& rest) noexcept {
  sort(head_.exchange(closed, std::memory_order_acquire));
  rest.splice_back(urgent_);
  rest.splice_back(data_);
  held_.store(0, std::memory_order_relaxed);
}

} // namespace troupe::detail
