// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "caf/fwd.hpp"
#include "caf/node_id.hpp"
#include "caf/proxy_registry.hpp"
#include "caf/scoped_execution_unit.hpp"

namespace troupe {

/// Makes tickets: who shows the ticket of an actor was given its handle.
///
/// Actors are known by numbers that can be guessed. A ticket is a hash of the
/// number with a key that nobody else has (SipHash-2-4; Aumasson and Bernstein,
/// 2012), and goes wherever a handle goes. A value, thread-safe.
class ticket_mint {
public:
  using key = std::array<uint64_t, 2>;

  /// Draws a key at random.
  ticket_mint();

  explicit ticket_mint(key x) : key_(x) {
    // nop
  }

  uint64_t of(caf::actor_id id) const noexcept;

private:
  key key_;
};

/// What a handle that has come leads to.
enum class handle_kind : uint8_t {
  /// To an actor, as far as is known here.
  usable = 1,

  /// To nobody who can be reached.
  invalid,

  /// To an actor of this node, with a wrong ticket.
  forged
};

/// Knows the tickets that go with handles.
class ticket_book {
public:
  virtual ~ticket_book() = default;

  /// Returns the ticket of an actor, 0 if it is not known.
  virtual uint64_t ticket_of(const caf::node_id& node, caf::actor_id id) = 0;

  /// Is told of a handle that has come, right before it is looked up by the
  /// same thread.
  virtual handle_kind learn(const caf::node_id& node, caf::actor_id id,
                            uint64_t ticket) = 0;
};

/// Proxies of actors that cannot be reached: there are none.
class unreachable_actors final : private caf::proxy_registry::backend {
public:
  explicit unreachable_actors(caf::actor_system& sys) : registry(sys, *this) {
    // nop
  }

  caf::proxy_registry registry;

private:
  caf::strong_actor_ptr make_proxy(caf::node_id, caf::actor_id) override {
    return nullptr;
  }

  void set_last_hop(caf::node_id*) override {
    // nop
  }
};

/// Where messages are packed and unpacked.
class wire_context final : public caf::scoped_execution_unit {
public:
  /// @param proxies Makes handles of remote actors; of no use for packing.
  wire_context(caf::actor_system& sys, ticket_book& tickets,
               caf::proxy_registry* proxies = nullptr)
      : caf::scoped_execution_unit(&sys), tickets_(tickets), proxies_(proxies) {
    proxy_registry_ptr(proxies);
  }

  /// Tells of the handle that is looked up next. A registry remembers for as
  /// long as it lives whom it was asked for, so an invalid one is not looked up
  /// where proxies are made.
  void expect(handle_kind x) {
    if (x != handle_kind::invalid) {
      proxy_registry_ptr(proxies_);
      return;
    }
    if (!nobody_)
      nobody_.emplace(system());
    proxy_registry_ptr(&nobody_->registry);
  }

  ticket_book& tickets() noexcept {
    return tickets_;
  }

private:
  ticket_book& tickets_;
  caf::proxy_registry* proxies_;
  std::optional<unreachable_actors> nobody_;
};

} // namespace troupe
