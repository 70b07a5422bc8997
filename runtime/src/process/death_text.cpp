// SPDX-License-Identifier: Apache-2.0

#include "process/death_text.hpp"

#include <csignal>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "caf/message.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/base/exit_kind.hpp"

namespace troupe {

namespace {

/// Returns `2.1 GiB`, or `2 GiB` for a whole number.
std::string bytes_for_people(uint64_t x) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  size_t unit = 0;
  auto value = static_cast<double>(x);
  while (value >= 1024 && unit + 1 < std::size(units)) {
    value /= 1024;
    ++unit;
  }
  auto text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0"))
    text.resize(text.size() - 2);
  return fmt::format("{} {}", text, units[unit]);
}

template <class Duration>
std::string seconds_for_people(Duration x) {
  using seconds = std::chrono::duration<double>;
  return fmt::format("{:.3g} s",
                     std::chrono::duration_cast<seconds>(x).count());
}

std::string signal_name(int number) {
  auto name = sigabbrev_np(number);
  return name != nullptr ? fmt::format("SIG{}", name)
                         : fmt::format("signal {}", number);
}

/// Returns what was going on: `after 3 messages, in message (7)`.
std::string work_text(const death_facts& x) {
  if (!x.handled)
    return "while starting";
  auto result =
      fmt::format("after {} message{}", *x.handled, *x.handled == 1 ? "" : "s");
  if (x.in_message)
    result += fmt::format(", in message {}", *x.in_message);
  return result;
}

std::string usage_text(const death_facts& x) {
  std::string result;
  if (x.end.peak_rss_bytes > 0)
    result +=
        fmt::format(", {} resident", bytes_for_people(x.end.peak_rss_bytes));
  if (x.limits.address_space_bytes)
    result += fmt::format(", limit {}",
                          bytes_for_people(*x.limits.address_space_bytes));
  auto is_signal = x.end.how == process_end::kind::signaled;
  if (x.limits.cpu_time && is_signal && x.end.number == SIGXCPU)
    result += fmt::format(", {} of processor time, limit {}",
                          seconds_for_people(x.end.cpu_time),
                          seconds_for_people(*x.limits.cpu_time));
  return result;
}

/// Returns `x` with `text` in place of its own.
caf::error with_text(const caf::error& x, std::string text) {
  auto type = exception_type(x);
  auto context = type.empty()
                     ? caf::make_message(std::move(text))
                     : caf::make_message(std::move(text), std::move(type));
  return {x.code(), x.category(), std::move(context)};
}

} // namespace

std::string describe(const process_end& x) {
  switch (x.how) {
    case process_end::kind::exited:
      return fmt::format("exited with status {}", x.number);
    case process_end::kind::signaled:
      return "killed by " + signal_name(x.number);
    case process_end::kind::unknown:
      break;
  }
  return "ended, nobody knows how";
}

caf::error with_exception_type(const caf::error& x, const std::string& type) {
  if (!x || type.empty())
    return x;
  return {x.code(), x.category(), caf::make_message(describe(x), type)};
}

caf::error death_reason_of(const death_facts& x) {
  if (x.told) {
    if (!x.handled || kind_of(*x.told) != exit_kind::failure)
      return *x.told;
    return with_text(*x.told, fmt::format("{}, {}{}", describe(*x.told),
                                          work_text(x), usage_text(x)));
  }
  auto text =
      fmt::format("{} {}{}", describe(x.end), work_text(x), usage_text(x));
  if (x.given_up)
    text = fmt::format("{}, {}", *x.given_up, text);
  if (x.stopping != stop_phase::running && x.asked)
    return {x.asked.code(), x.asked.category(),
            caf::make_message(std::move(text))};
  return make_error(errc::process_died, std::move(text));
}

} // namespace troupe
