// SPDX-License-Identifier: Apache-2.0

#include "link/codec.hpp"

#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/proxy_registry.hpp"

#include "troupe/base/errc.hpp"

#include "port/dynamic_message.hpp"

namespace troupe {

namespace {

caf::error cannot_decode(const schema& types, std::string_view why) {
  return make_error(errc::bad_payload,
                    fmt::format("cannot decode {}: {}", types.names, why));
}

} // namespace

uint64_t packed_message::block_bytes() const noexcept {
  return std::accumulate(
      blocks.begin(), blocks.end(), uint64_t{0},
      [](uint64_t sum, const slice& x) { return sum + x.size; });
}

uint64_t packed_message::bytes() const noexcept {
  return head.size() + block_bytes();
}

caf::error pack(caf::actor_system& sys, ticket_book& tickets, schema_book& book,
                const caf::type_erased_tuple& msg, packed_message& result,
                buffer_way buffers) {
  result.head.clear();
  result.blocks.clear();
  auto types = book.of(msg);
  if (!types)
    return std::move(types.error());
  result.types = *types;
  wire_context context{sys, tickets};
  packing to{result.head, result.blocks, &context, buffers};
  for (size_t i = 0; i < msg.size(); ++i)
    if (auto err = result.types->codecs[i]->save(to, msg, i))
      return err;
  return {};
}

// -- incoming_message ---------------------------------------------------------

incoming_message::incoming_message(caf::actor_system& sys, ticket_book& tickets,
                                   caf::proxy_registry& proxies,
                                   const schema& types,
                                   std::optional<int64_t> files_of)
    : system_(sys),
      tickets_(tickets),
      proxies_(proxies),
      types_(types),
      files_of_(files_of) {
  // nop
}

caf::error incoming_message::begin(std::string_view head,
                                   uint64_t block_bytes) {
  wire_context context{system_, tickets_, &proxies_};
  unpacking from{byte_reader{head}, block_bytes, &context};
  try {
    for (auto& codec : types_.codecs) {
      auto element = codec->load(from);
      if (!element)
        return cannot_decode(types_, "the bytes are no such value");
      elements_.push_back(std::move(element));
    }
  } catch (std::exception& e) {
    return cannot_decode(types_, e.what());
  }
  if (from.head.remaining() != 0 || from.block_bytes_left != 0)
    return cannot_decode(types_, "bytes are left over");
  gaps_ = std::move(from.gaps);
  return {};
}

caf::expected<caf::message> incoming_message::finish() {
  wire_context context{system_, tickets_, &proxies_};
  try {
    for (size_t i = 0; i < elements_.size(); ++i)
      if (auto err =
              types_.codecs[i]->finish(elements_[i], {&context, files_of_}))
        return cannot_decode(types_, describe(err));
  } catch (std::exception& e) {
    return cannot_decode(types_, e.what());
  }
  return make_dynamic_message(std::move(elements_));
}

caf::expected<caf::message> unpack(caf::actor_system& sys, ticket_book& tickets,
                                   caf::proxy_registry& proxies,
                                   const schema& types, std::string_view head) {
  if (types.codecs.size() != 1) {
    incoming_message result{sys, tickets, proxies, types};
    if (auto err = result.begin(head, 0))
      return err;
    return result.finish();
  }
  wire_context context{sys, tickets, &proxies};
  unpacking from{byte_reader{head}, 0, &context};
  try {
    auto result = types.codecs.front()->load_message(from);
    if (result.empty())
      return cannot_decode(types, "the bytes are no such value");
    if (from.head.remaining() != 0)
      return cannot_decode(types, "bytes are left over");
    return result;
  } catch (std::exception& e) {
    return cannot_decode(types, e.what());
  }
}

std::string pack_error(const caf::error& x) {
  std::string result;
  byte_writer to{result};
  save_error(to, x);
  return result;
}

caf::error unpack_error(std::string_view bytes) {
  byte_reader from{bytes};
  auto result = load_error(from);
  if (!from.ok() || from.remaining() != 0)
    return make_error(errc::bad_payload, "a reason does not decode");
  return result;
}

} // namespace troupe
