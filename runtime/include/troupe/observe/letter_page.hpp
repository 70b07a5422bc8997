// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/timestamp.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// A message that reached nobody.
struct observed_letter {
  /// Counts the dead letters of an observer, those that are not remembered
  /// included.
  uint64_t number = 0;

  caf::timestamp time = {};

  /// Why it was not delivered, a word such as `mailbox_full`.
  std::string reason = {};

  /// Who sent it and whom it was for, as in `actor 17`; empty if not known.
  std::string from = {};
  std::string to = {};

  /// What it begins with, or as much of its content as is known; control
  /// characters are escaped.
  std::string message = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_letter& x) {
  return f(caf::meta::type_name("observed_letter"), x.number, x.time, x.reason,
           x.from, x.to, x.message);
}

/// Dead letters for one reason, since the observer started.
struct letter_count {
  std::string reason = {};
  uint64_t count = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, letter_count& x) {
  return f(caf::meta::type_name("letter_count"), x.reason, x.count);
}

/// Dead letters that an observer remembers.
struct letter_page {
  /// A sample, oldest first: where many come in a short time, only some are
  /// remembered.
  std::vector<observed_letter> letters = {};

  /// All that there were, by reason.
  std::vector<letter_count> counts = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, letter_page& x) {
  return f(caf::meta::type_name("troupe::letter_page"), x.letters, x.counts);
}

} // namespace troupe
