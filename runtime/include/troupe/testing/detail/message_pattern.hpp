// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include "caf/atom.hpp"
#include "caf/message.hpp"
#include "caf/rtti_pair.hpp"
#include "caf/type_erased_tuple.hpp"

namespace troupe::detail {

template <class T>
struct atom_text {
  static std::string get() {
    return {};
  }
};

template <caf::atom_value V>
struct atom_text<caf::atom_constant<V>> {
  static std::string get() {
    return to_string(V);
  }
};

/// The types of a message that is waited for.
struct message_pattern {
  struct part {
    caf::rtti_pair type;

    /// The text of an atom that stands for its one value, empty for others.
    std::string atom;
  };

  std::vector<part> parts;

  bool (*matches)(const caf::type_erased_tuple&);

  template <class... Ts>
  static message_pattern of() {
    return {{part{caf::make_rtti_pair<Ts>(), atom_text<Ts>::get()}...},
            [](const caf::type_erased_tuple& x) {
              return x.match_elements<Ts...>();
            }};
  }
};

template <class T>
T element(const caf::message& x, size_t pos) {
  if constexpr (caf::is_atom_constant<T>::value)
    return T{};
  else
    return x.get_as<T>(pos);
}

} // namespace troupe::detail
