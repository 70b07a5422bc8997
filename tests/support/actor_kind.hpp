// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "troupe/scheduling/spawn.hpp"

namespace troupe::test {

/// What an actor of a test is.
enum class actor_kind : uint8_t { stock = 1, cell };

/// Starts actors of one kind. A value, so that actors can take it along to
/// start others.
class starter_of {
public:
  explicit starter_of(actor_kind kind) : kind_(kind) {
    // nop
  }

  /// `host` is an actor system or a pointer to the actor that starts another.
  template <caf::spawn_options Os = caf::no_spawn_options, class Host, class F,
            class... Ts>
  auto start(Host& host, F f, Ts... xs) const {
    if (kind_ == actor_kind::cell)
      return troupe::spawn<Os>(host, std::move(f), std::move(xs)...);
    if constexpr (std::is_pointer_v<Host>)
      return host->template spawn<Os>(std::move(f), std::move(xs)...);
    else
      return host.template spawn<Os>(std::move(f), std::move(xs)...);
  }

private:
  actor_kind kind_;
};

} // namespace troupe::test
