// SPDX-License-Identifier: Apache-2.0

// Tells the thread sanitizer what Debian's libcaf_core orders.
//
// The library is not instrumented: the sanitizer sees what its mutexes order,
// but not its atomics. Each function here stands in front of one of the library
// (the dynamic linker prefers the program's), says which order the library
// gives by its atomics, and calls the library's. So all code in the program,
// CAF's headers included, is checked as if the library were instrumented.
// What the library itself touches is not checked.

#include <cstdio>
#include <cstdlib>

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "caf/actor_control_block.hpp"
#include "caf/blocking_actor.hpp"
#include "caf/detail/shared_spinlock.hpp"
#include "caf/ref_counted.hpp"
#include "caf/scheduled_actor.hpp"

namespace {

/// Returns the library's function behind one of this file.
template <class F>
F* real(const char* symbol) {
  auto result = dlsym(RTLD_NEXT, symbol);
  if (result == nullptr) {
    std::fprintf(stderr, "libcaf_core has no %s\n", symbol);
    std::abort();
  }
  return reinterpret_cast<F*>(result);
}

/// All that others did before they came by is done before the caller goes on.
void acquire(const volatile void* x) {
  __tsan_acquire(const_cast<void*>(x));
}

/// All that the caller did is done before those that come by later go on.
void release(const volatile void* x) {
  __tsan_release(const_cast<void*>(x));
}

/// Reference counts: who finds out that he is the last comes after all others.
template <class Atomic>
void pass(const Atomic& count) {
  acquire(&count);
  release(&count);
}

class count_of : public caf::ref_counted {
public:
  static const std::atomic<size_t>& get(const caf::ref_counted& x) {
    return x.*(&count_of::rc_);
  }
};

/// An actor handles a message after it was sent, and one after another, on
/// whatever threads.
class turn {
public:
  turn(const caf::scheduled_actor* self, const caf::mailbox_element& x)
      : self_(self) {
    acquire(&x);
    acquire(self_);
  }

  ~turn() {
    release(self_);
  }

  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

private:
  const caf::scheduled_actor* self_;
};

} // namespace

namespace caf {

// -- reference counts ---------------------------------------------------------

void intrusive_ptr_release(actor_control_block* x) {
  static auto f = real<void(actor_control_block*)>(
      "_ZN3caf21intrusive_ptr_releaseEPNS_19actor_control_blockE");
  pass(x->strong_refs);
  f(x);
}

void intrusive_ptr_release_weak(actor_control_block* x) {
  static auto f = real<void(actor_control_block*)>(
      "_ZN3caf26intrusive_ptr_release_weakEPNS_19actor_control_blockE");
  pass(x->weak_refs);
  f(x);
}

void ref_counted::deref() const noexcept {
  static auto f =
      real<void(const ref_counted*)>("_ZNK3caf11ref_counted5derefEv");
  pass(count_of::get(*this));
  f(this);
}

// -- actors that are no cells -------------------------------------------------

void scheduled_actor::enqueue(mailbox_element_ptr x, execution_unit* eu) {
  static auto f =
      real<void(scheduled_actor*, mailbox_element_ptr, execution_unit*)>(
          "_ZN3caf15scheduled_actor7enqueueESt10unique_ptrINS_15mailbox_"
          "elementENS_6detail8disposerEEPNS_14execution_unitE");
  release(x.get());
  f(this, std::move(x), eu);
}

void scheduled_actor::launch(execution_unit* eu, bool lazy, bool hide) {
  static auto f = real<void(scheduled_actor*, execution_unit*, bool, bool)>(
      "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb");
  release(this);
  f(this, eu, lazy, hide);
}

bool scheduled_actor::activate(execution_unit* eu) {
  static auto f = real<bool(scheduled_actor*, execution_unit*)>(
      "_ZN3caf15scheduled_actor8activateEPNS_14execution_unitE");
  acquire(this);
  auto result = f(this, eu);
  release(this);
  return result;
}

intrusive::task_result
scheduled_actor::mailbox_visitor::operator()(mailbox_element& x) {
  static auto f =
      real<intrusive::task_result(mailbox_visitor*, mailbox_element&)>(
          "_ZN3caf15scheduled_actor15mailbox_visitorclERNS_15mailbox_elementE");
  turn here{self, x};
  return f(this, x);
}

intrusive::task_result scheduled_actor::mailbox_visitor::operator()(
    size_t index, upstream_queue& queue, mailbox_element& x) {
  static auto f = real<intrusive::task_result(
      mailbox_visitor*, size_t, upstream_queue&, mailbox_element&)>(
      "_ZN3caf15scheduled_actor15mailbox_visitorclEmRNS_9intrusive9drr_"
      "queueINS_6policy17upstream_messagesEEERNS_15mailbox_elementE");
  turn here{self, x};
  return f(this, index, queue, x);
}

intrusive::task_result scheduled_actor::mailbox_visitor::operator()(
    size_t index, downstream_queue& queue, stream_slot slot,
    policy::downstream_messages::nested_queue_type& nested,
    mailbox_element& x) {
  static auto f = real<intrusive::task_result(
      mailbox_visitor*, size_t, downstream_queue&, stream_slot,
      policy::downstream_messages::nested_queue_type&, mailbox_element&)>(
      "_ZN3caf15scheduled_actor15mailbox_visitorclEmRNS_9intrusive30wdrr_"
      "dynamic_multiplexed_queueINS_6policy19downstream_messagesEEEtRNS2_9drr_"
      "queueINS5_6nestedEEERNS_15mailbox_elementE");
  turn here{self, x};
  return f(this, index, queue, slot, nested, x);
}

void blocking_actor::enqueue(mailbox_element_ptr x, execution_unit* eu) {
  static auto f =
      real<void(blocking_actor*, mailbox_element_ptr, execution_unit*)>(
          "_ZN3caf14blocking_actor7enqueueESt10unique_ptrINS_15mailbox_"
          "elementENS_6detail8disposerEEPNS_14execution_unitE");
  release(x.get());
  f(this, std::move(x), eu);
}

intrusive::task_result
blocking_actor::mailbox_visitor::operator()(mailbox_element& x) {
  static auto f =
      real<intrusive::task_result(mailbox_visitor*, mailbox_element&)>(
          "_ZN3caf14blocking_actor15mailbox_visitorclERNS_15mailbox_elementE");
  acquire(&x);
  return f(this, x);
}

mailbox_element_ptr blocking_actor::dequeue() {
  static auto f = real<mailbox_element_ptr(blocking_actor*)>(
      "_ZN3caf14blocking_actor7dequeueEv");
  auto result = f(this);
  acquire(result.get());
  return result;
}

// -- locks --------------------------------------------------------------------

namespace detail {

void shared_spinlock::lock() {
  static auto f =
      real<void(shared_spinlock*)>("_ZN3caf6detail15shared_spinlock4lockEv");
  f(this);
  acquire(this);
}

void shared_spinlock::unlock() {
  static auto f =
      real<void(shared_spinlock*)>("_ZN3caf6detail15shared_spinlock6unlockEv");
  release(this);
  f(this);
}

void shared_spinlock::lock_shared() {
  static auto f = real<void(shared_spinlock*)>(
      "_ZN3caf6detail15shared_spinlock11lock_sharedEv");
  f(this);
  acquire(this);
}

void shared_spinlock::unlock_shared() {
  static auto f = real<void(shared_spinlock*)>(
      "_ZN3caf6detail15shared_spinlock13unlock_sharedEv");
  release(this);
  f(this);
}

} // namespace detail

} // namespace caf
