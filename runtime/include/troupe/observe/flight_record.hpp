// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/optional.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// One message that an actor has taken up.
struct flight_entry {
  enum class kind : uint8_t { message = 1, request, response };

  /// How long ago the actor took it up.
  caf::timespan age{0};

  kind what = kind::message;

  /// Number of the sender, 0 if anonymous.
  uint64_t sender = 0;

  /// What it begins with: the text of an atom, or else the name of a type.
  std::string type = {};

  /// Number of elements.
  uint64_t size = 0;
};

/// @relates flight_entry
std::string to_string(flight_entry::kind x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, flight_entry& x) {
  return f(caf::meta::type_name("flight_entry"), x.age, x.what, x.sender,
           x.type, x.size);
}

/// The last messages of a living child.
struct flight_record {
  std::string path = {};

  /// Oldest first.
  std::vector<flight_entry> messages = {};

  /// How long the last one has been in work; nothing between messages.
  caf::optional<caf::timespan> busy_for = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, flight_record& x) {
  return f(caf::meta::type_name("troupe::flight_record"), x.path, x.messages,
           x.busy_for);
}

} // namespace troupe
