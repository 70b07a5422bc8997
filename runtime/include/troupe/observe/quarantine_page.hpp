// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/timestamp.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// One incarnation that a message has killed.
struct observed_failure {
  uint64_t generation = 0;
  std::string reason = {};
  caf::timestamp time = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_failure& x) {
  return f(caf::meta::type_name("observed_failure"), x.generation, x.reason,
           x.time);
}

/// A message in the quarantine of a supervisor or a pool, see
/// `quarantined_message`. All texts have their control characters escaped.
struct observed_quarantine {
  /// Path of the supervisor, or name of the pool, which has numbered it.
  std::string supervisor = {};
  uint64_t number = 0;

  /// Path of the child that it was for.
  std::string child = {};

  /// As in `actor 17`; empty if anonymous.
  std::string sender = {};

  /// The payload for people, cut off where it is long.
  std::string text = {};

  bool is_request = false;

  /// Oldest first.
  std::vector<observed_failure> history = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_quarantine& x) {
  return f(caf::meta::type_name("observed_quarantine"), x.supervisor, x.number,
           x.child, x.sender, x.text, x.is_request, x.history);
}

/// What is in quarantine on a node.
struct quarantine_page {
  std::vector<observed_quarantine> messages = {};

  /// Paths of supervisors that did not answer in time.
  std::vector<std::string> silent = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, quarantine_page& x) {
  return f(caf::meta::type_name("troupe::quarantine_page"), x.messages,
           x.silent);
}

} // namespace troupe
