// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/traced_envelope.hpp"

#include <utility>

#include "caf/atom.hpp"
#include "caf/detail/pretty_type_name.hpp"
#include "caf/local_actor.hpp"
#include "caf/system_messages.hpp"
#include "caf/type_nr.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/detail/cell_lanes.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe::detail {

constinit thread_local const trace_context* this_trace = nullptr;

constinit thread_local span_guard* this_span = nullptr;

constinit std::atomic<bool> traces_seen = false;

namespace {

std::string beginning_of(const caf::type_erased_tuple& x) {
  if (x.empty())
    return "empty";
  auto [nr, info] = x.type(0);
  if (nr == caf::type_nr<caf::atom_value>::value)
    return to_string(*static_cast<const caf::atom_value*>(x.get(0)));
  if (nr == 0)
    return caf::detail::pretty_type_name(*info);
  // CAF's own names begin with an @, as in @i32.
  std::string name{caf::numbered_type_names[nr - 1]};
  return name.starts_with('@') ? name.substr(1) : name;
}

} // namespace

traced_envelope::traced_envelope(caf::mailbox_element_ptr inner,
                                 const trace_context& context,
                                 uint64_t since) noexcept
    : mailbox_element(std::move(inner->sender), inner->mid,
                      std::move(inner->stages)),
      inner_(std::move(inner)),
      context_(context),
      since_(since) {
  // nop
}

caf::mailbox_element_ptr traced_envelope::take() noexcept {
  inner_->sender = std::move(sender);
  inner_->mid = mid;
  inner_->stages = std::move(stages);
  return std::move(inner_);
}

template <class F>
decltype(auto) traced_envelope::lend(F f) {
  auto swap = [this] {
    std::swap(inner_->sender, sender);
    std::swap(inner_->mid, mid);
    std::swap(inner_->stages, stages);
  };
  swap();
  decltype(auto) result = f(*inner_);
  swap();
  return static_cast<decltype(result)>(result);
}

caf::type_erased_tuple& traced_envelope::content() {
  // A request may answer itself when it is looked at, see its own type.
  return lend([](caf::mailbox_element& x) -> caf::type_erased_tuple& {
    return x.content();
  });
}

const caf::type_erased_tuple& traced_envelope::content() const {
  return std::as_const(*inner_).content();
}

caf::message traced_envelope::move_content_to_message() {
  return lend(
      [](caf::mailbox_element& x) { return x.move_content_to_message(); });
}

caf::message traced_envelope::copy_content_to_message() const {
  return inner_->copy_content_to_message();
}

void attach_trace(caf::mailbox_element_ptr& x) {
  // Exit and down messages are urgent only once they are in the mailbox.
  auto token = std::as_const(*x).content().type_token();
  if (cell_lanes::is_control(*x)
      || token == caf::make_type_token<caf::exit_msg>()
      || token == caf::make_type_token<caf::down_msg>())
    return;
  traces_seen.store(true, std::memory_order_relaxed);
  x.reset(new traced_envelope(std::move(x), *this_trace, ticks::now()));
}

void detach_trace(caf::mailbox_element_ptr& x) noexcept {
  if (is_traced(*x))
    x = static_cast<traced_envelope&>(*x).take();
}

span_guard::span_guard(caf::mailbox_element_ptr& x)
    : began_(ticks::now()), start_(caf::make_timestamp()) {
  auto& envelope = static_cast<traced_envelope&>(*x);
  parent_ = envelope.context();
  since_ = envelope.since();
  here_ = new_span(parent_);
  x = envelope.take();
  name_ = beginning_of(std::as_const(*x).content());
  outer_trace_ = std::exchange(this_trace, &here_);
  outer_span_ = std::exchange(this_span, this);
}

span_guard::~span_guard() {
  this_trace = outer_trace_;
  this_span = outer_span_;
}

void span_guard::undo(caf::mailbox_element_ptr& x) {
  x.reset(new traced_envelope(std::move(x), parent_, since_));
}

void span_guard::fail(const caf::error& why) {
  error_ = describe(why);
}

void span_guard::finish(caf::local_actor& self) {
  auto now = ticks::now();
  auto from_to = [](uint64_t a, uint64_t b) {
    return caf::timespan{ticks::to_duration(b > a ? b - a : 0)};
  };
  report(self.home_system(), trace_span{.trace_high = here_.trace_high,
                                        .trace_low = here_.trace_low,
                                        .id = here_.span,
                                        .parent = parent_.span,
                                        .name = std::move(name_),
                                        .actor = self.name(),
                                        .actor_id = self.id(),
                                        .start = start_,
                                        .duration = from_to(began_, now),
                                        .waited = from_to(since_, began_),
                                        .error = std::move(error_)});
}

} // namespace troupe::detail
