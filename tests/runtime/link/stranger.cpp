// SPDX-License-Identifier: Apache-2.0

#include "stranger.hpp"

#include "caf/message_id.hpp"

#include "link/codec.hpp"

namespace troupe::test {

template <class Record, class Predicate>
std::optional<Record> stranger::read_record_of(Predicate wanted) {
  while (auto frame = read()) {
    if (!frame->has_packed())
      continue;
    last_packed_ = frame->packed();
    byte_reader in{last_packed_};
    auto header = read_frame_header(in);
    byte_reader records{in.bytes(header.record_bytes)};
    any_record next;
    while (records.remaining() != 0 && read_record(records, next))
      if (auto x = std::get_if<Record>(&next); x && wanted(*x))
        return *x;
  }
  return std::nullopt;
}

std::optional<stranger::seen_message> stranger::read_message(uint64_t to) {
  auto x = read_record_of<message_record>([&](auto& y) { return y.to == to; });
  if (!x)
    return std::nullopt;
  return seen_message{x->message_id, x->from.id};
}

std::optional<caf::error> stranger::read_down(uint64_t from) {
  auto x = read_record_of<down_record>([&](auto& y) { return y.from == from; });
  if (!x)
    return std::nullopt;
  return unpack_error(x->reason);
}

bool stranger::sync(uint64_t own) {
  auto id = caf::make_message_id().integer_value() | own;
  send_records(
      "", schema_record{60'000, ""},
      message_record{
          .to = 1'000'000, .from = {own}, .message_id = id, .schema = 60'000});
  return read_message(own).has_value();
}

std::optional<caf::error> stranger::read_error(uint64_t to) {
  auto x = read_record_of<message_record>([&](auto& y) { return y.to == to; });
  if (!x)
    return std::nullopt;
  return unpack_error(x->head);
}

} // namespace troupe::test
