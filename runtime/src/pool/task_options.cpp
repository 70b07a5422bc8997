// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/task_options.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

constexpr uint32_t most_attempts = 1'000;

constexpr size_t longest_text = 1'024;

caf::error wrong(std::string text) {
  return make_error(errc::bad_task_option, "task_options::" + std::move(text));
}

} // namespace

std::string to_string(task_priority x) {
  switch (x) {
    case task_priority::low:
      return "low";
    case task_priority::normal:
      return "normal";
    case task_priority::high:
      return "high";
  }
  return "unknown";
}

std::string to_string(spread x) {
  switch (x) {
    case spread::one:
      return "one";
    case spread::all:
      return "all";
    case spread::first:
      return "first";
    case spread::quorum:
      return "quorum";
  }
  return "unknown";
}

caf::error validate(const task_options& x) {
  if (to_string(x.priority) == "unknown")
    return wrong(
        fmt::format("priority {} is none", static_cast<unsigned>(x.priority)));
  if (x.time_limit && *x.time_limit < std::chrono::microseconds{1})
    return wrong("time_limit must be at least 1 us");
  if (x.max_attempts
      && (*x.max_attempts == 0 || *x.max_attempts > most_attempts))
    return wrong(fmt::format("max_attempts {} is not in 1 to {}",
                             *x.max_attempts, most_attempts));
  if (x.key.size() > longest_text)
    return wrong(fmt::format("key is longer than {} bytes", longest_text));
  if (x.group.size() > longest_text)
    return wrong(fmt::format("group is longer than {} bytes", longest_text));
  if (to_string(x.to) == "unknown")
    return wrong(fmt::format("to {} is none", static_cast<unsigned>(x.to)));
  if (x.to == spread::quorum && x.quorum == 0)
    return wrong("quorum must be at least 1");
  if (x.to != spread::quorum && x.quorum != 0)
    return wrong("quorum goes with spread::quorum only");
  return {};
}

} // namespace troupe
