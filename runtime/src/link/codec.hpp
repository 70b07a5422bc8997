// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"

#include "link/element_codec.hpp"
#include "link/schema.hpp"

namespace troupe {

/// A message in the form in which it travels.
struct packed_message {
  const schema* types = nullptr;

  /// The elements, one after another; of large ones only the size.
  std::string head;

  /// The large elements. Those without owner are in the message.
  std::vector<slice> blocks;

  /// Returns what head and blocks have in sum.
  uint64_t bytes() const noexcept;

  uint64_t block_bytes() const noexcept;
};

/// Packs the elements of `msg` into `result`, which keeps its memory.
///
/// Handles of local actors are put into the registry so that replies find
/// them, and go with their tickets. An error element keeps code and category;
/// its context becomes text. Owned buffers are taken out of `msg`, or lent if
/// they go as files.
/// @returns `errc::type_not_allowed`, or an inspector's error.
caf::error pack(caf::actor_system& sys, ticket_book& tickets, schema_book& book,
                const caf::type_erased_tuple& msg, packed_message& result,
                buffer_way buffers = buffer_way::bytes);

/// A message that is being received. Never throws, whatever the bytes are.
class incoming_message {
public:
  /// @param proxies Makes handles of remote actors.
  /// @param files_of The process that has sent it, if its files may be opened.
  incoming_message(caf::actor_system& sys, ticket_book& tickets,
                   caf::proxy_registry& proxies, const schema& types,
                   std::optional<int64_t> files_of = std::nullopt);

  /// Reads the head.
  /// @param block_bytes What the blocks have in sum.
  /// @returns `errc::bad_payload`.
  caf::error begin(std::string_view head, uint64_t block_bytes);

  /// Where the blocks go to, in their order.
  const std::vector<gap>& gaps() const noexcept {
    return gaps_;
  }

  /// Returns the message once all gaps are filled, or `errc::bad_payload`.
  caf::expected<caf::message> finish();

private:
  caf::actor_system& system_;
  ticket_book& tickets_;
  caf::proxy_registry& proxies_;
  const schema& types_;
  const std::optional<int64_t> files_of_;
  std::vector<caf::type_erased_value_ptr> elements_;
  std::vector<gap> gaps_;
};

/// Unpacks a message without blocks.
/// @returns `errc::bad_payload`.
caf::expected<caf::message> unpack(caf::actor_system& sys, ticket_book& tickets,
                                   caf::proxy_registry& proxies,
                                   const schema& types, std::string_view head);

/// Packs an error as `pack` does for one in a message.
std::string pack_error(const caf::error& x);

/// Inverse of `pack_error`; yields `errc::bad_payload` for a bad one.
caf::error unpack_error(std::string_view bytes);

} // namespace troupe
