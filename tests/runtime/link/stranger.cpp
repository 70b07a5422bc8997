// SPDX-License-Identifier: Apache-2.0

#include "stranger.hpp"

#include "link/codec.hpp"

namespace troupe::test {

std::optional<caf::error> stranger::read_error(uint64_t to) {
  while (auto frame = read()) {
    if (!frame->has_packed())
      continue;
    byte_reader in{frame->packed()};
    auto header = read_frame_header(in);
    byte_reader records{in.bytes(header.record_bytes)};
    any_record next;
    while (records.remaining() != 0 && read_record(records, next))
      if (auto x = std::get_if<message_record>(&next); x && x->to == to)
        return unpack_error(x->head);
  }
  return std::nullopt;
}

} // namespace troupe::test
