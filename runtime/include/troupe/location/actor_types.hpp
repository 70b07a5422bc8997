// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "caf/message.hpp"

#include "troupe/location/starter.hpp"

namespace troupe {

/// Actor types that can be started by name and become cells, as children of
/// local starters do: with a reason that has the exception's text, checkpoints
/// and a cancel token. Part of `troupe::config`.
class actor_types {
public:
  /// Returns a starter for an actor with these arguments, or nothing if the
  /// type takes others.
  using maker = std::function<std::optional<starter>(caf::message args)>;

  /// Returns null if no such type is known.
  const maker* find_actor_type(const std::string& name) const {
    auto i = makers_.find(name);
    return i != makers_.end() ? &i->second : nullptr;
  }

protected:
  /// Replaces what had the same name.
  void put_actor_type(std::string name, maker f) {
    makers_.insert_or_assign(std::move(name), std::move(f));
  }

  ~actor_types() = default;

private:
  std::map<std::string, maker> makers_;
};

} // namespace troupe
