// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/trace.hpp"

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_control_block.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"

#include "troupe/scheduling/detail/traced_envelope.hpp"
#include "troupe/scheduling/trace_switch.hpp"

namespace troupe {

namespace {

uint64_t any_seed() {
  std::random_device source;
  return uint64_t{source()} << 32 | source();
}

/// Returns a random number that is not zero (splitmix64).
uint64_t random_id() {
  thread_local uint64_t state = any_seed();
  for (;;) {
    auto x = state += 0x9E37'79B9'7F4A'7C15;
    x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9;
    x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EB;
    if (x ^= x >> 31; x != 0)
      return x;
  }
}

/// Reads so many digits, of which only small letters are permitted.
std::optional<uint64_t> read_hex(std::string_view x) {
  auto is_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  uint64_t result = 0;
  if (!std::all_of(x.begin(), x.end(), is_digit))
    return std::nullopt;
  std::from_chars(x.data(), x.data() + x.size(), result, 16);
  return result;
}

} // namespace

trace_context new_trace() {
  auto high = random_id();
  auto low = random_id();
  return {high, low, random_id()};
}

trace_context new_span(const trace_context& parent) {
  return {parent.trace_high, parent.trace_low, random_id()};
}

std::string to_traceparent(const trace_context& x) {
  return fmt::format("00-{:016x}{:016x}-{:016x}-01", x.trace_high, x.trace_low,
                     x.span);
}

std::optional<trace_context> parse_traceparent(std::string_view x) {
  constexpr size_t size = 55;
  if (x.size() < size || x[2] != '-' || x[35] != '-' || x[52] != '-')
    return std::nullopt;
  auto version = read_hex(x.substr(0, 2));
  if (!version || *version == 0xFF || (*version == 0 && x.size() != size)
      || (x.size() > size && x[size] != '-'))
    return std::nullopt;
  auto high = read_hex(x.substr(3, 16));
  auto low = read_hex(x.substr(19, 16));
  auto span = read_hex(x.substr(36, 16));
  auto flags = read_hex(x.substr(53, 2));
  if (!high || !low || !span || !flags || (*high | *low) == 0 || *span == 0
      || (*flags & 1) == 0)
    return std::nullopt;
  return trace_context{*high, *low, *span};
}

trace_scope::trace_scope(const trace_context& x) noexcept
    : here_(x), outer_(std::exchange(detail::this_trace, &here_)) {
  // nop
}

trace_scope::~trace_scope() {
  detail::this_trace = outer_;
}

trace_switch::trace_switch(const std::optional<trace_context>& x) noexcept
    : here_(x.value_or(trace_context{})),
      outer_(std::exchange(detail::this_trace, x ? &here_ : nullptr)) {
  // nop
}

trace_switch::~trace_switch() {
  detail::this_trace = outer_;
}

std::optional<trace_context> trace_scope::current() noexcept {
  if (detail::this_trace == nullptr)
    return std::nullopt;
  return *detail::this_trace;
}

void report(caf::actor_system& sys, trace_span x) {
  auto listener = sys.registry().get(span_listener);
  if (!listener)
    return;
  // What tells of a span is no part of it.
  auto here = std::exchange(detail::this_trace, nullptr);
  listener->enqueue(nullptr, caf::make_message_id(),
                    caf::make_message(std::move(x)), nullptr);
  detail::this_trace = here;
}

} // namespace troupe
