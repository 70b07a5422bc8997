// SPDX-License-Identifier: Apache-2.0

#include "link/buffer_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "caf/actor_system.hpp"
#include "caf/execution_unit.hpp"
#include "caf/make_type_erased_value.hpp"
#include "caf/sec.hpp"
#include "caf/type_erased_value.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/buffer/buffer_pool.hpp"
#include "troupe/buffer/frozen_buffer.hpp"
#include "troupe/buffer/owned_buffer.hpp"

#include "buffer/handed_file.hpp"

namespace troupe {

namespace {

using detail::owned_part;
using detail::segment_part;

/// How a buffer travels.
enum class travel : uint8_t {
  /// It has no memory.
  nothing = 0,
  bytes,
  /// As a block that is a `file_ticket`.
  file,
};

/// A buffer whose ticket is still to come.
class ticket_value final : public caf::type_erased_value {
public:
  void* get_mutable() override {
    return &ticket;
  }

  caf::error load(caf::deserializer&) override {
    return caf::sec::invalid_argument;
  }

  caf::rtti_pair type() const override {
    return {0, &typeid(file_ticket)};
  }

  const void* get() const override {
    return &ticket;
  }

  caf::error save(caf::serializer&) const override {
    return caf::sec::invalid_argument;
  }

  std::string stringify() const override {
    return "<ticket>";
  }

  caf::type_erased_value_ptr copy() const override {
    return caf::type_erased_value_ptr{new ticket_value(*this)};
  }

  file_ticket ticket;
};

void save_ticket(packing& to, std::shared_ptr<const handed_file> x) {
  byte_writer{to.head}.raw(travel::file);
  auto data = reinterpret_cast<const char*>(&x->ticket);
  // As a block, whatever its size: blocks are kept until the other side has
  // read them, and with them the file.
  to.blocks.push_back({data, sizeof(file_ticket), std::move(x)});
}

void save_part(packing& to, const segment_part& x, handed_kind kind,
               std::shared_ptr<const void> owner) {
  if (!x.memory) {
    byte_writer{to.head}.raw(travel::nothing);
    return;
  }
  if (to.buffers == buffer_way::files)
    if (auto handed = hand_over(x, kind, owner)) {
      save_ticket(to, std::move(handed));
      return;
    }
  byte_writer{to.head}.raw(travel::bytes);
  save_bytes(
      to, {reinterpret_cast<const char*>(x.data), x.bytes, std::move(owner)});
}

/// Gets new memory for bytes that are to come.
caf::expected<segment_part> new_part(caf::execution_unit* context,
                                     uint64_t size) {
  auto pool = buffer_pool_of(context->system());
  auto memory =
      pool != nullptr ? pool->allocate(size) : buffer_pool{}.allocate(size);
  if (!memory)
    return std::move(memory.error());
  auto data = (*memory)->data();
  return segment_part{std::move(*memory), data, size};
}

template <class Buffer>
caf::type_erased_value_ptr make_value(segment_part x) {
  if constexpr (std::is_same_v<Buffer,
                               frozen_buffer<typename Buffer::value_type>>)
    return caf::make_type_erased_value<Buffer>(std::move(x));
  else if (x.memory)
    return caf::make_type_erased_value<Buffer>(owned_part{std::move(x)});
  else
    return caf::make_type_erased_value<Buffer>();
}

template <class Buffer>
class buffer_codec : public element_codec {
public:
  static constexpr auto element_bytes = sizeof(typename Buffer::value_type);

  explicit buffer_codec(handed_kind kind) : kind_(kind) {
    // nop
  }

  caf::type_erased_value_ptr load(unpacking& from) const override {
    switch (from.head.raw<travel>()) {
      case travel::nothing:
        return from.head.ok() ? make_value<Buffer>({}) : nullptr;
      case travel::bytes:
        return load_bytes_of(from);
      case travel::file:
        return load_ticket(from);
    }
    return nullptr;
  }

  caf::error finish(caf::type_erased_value_ptr& x,
                    const completion& how) const override {
    auto found = dynamic_cast<ticket_value*>(x.get());
    if (found == nullptr)
      return {};
    auto pool = buffer_pool_of(how.context->system());
    if (!how.files_of || pool == nullptr)
      return make_error(errc::bad_payload, "buffers are to come as bytes");
    auto part = redeem(*pool, found->ticket, static_cast<pid_t>(*how.files_of),
                       kind_, element_bytes);
    if (!part)
      return std::move(part.error());
    x = make_value<Buffer>(std::move(*part));
    return {};
  }

private:
  static caf::type_erased_value_ptr load_bytes_of(unpacking& from) {
    uint64_t size = 0;
    if (!load_size(from, size) || size % element_bytes != 0)
      return nullptr;
    auto part = new_part(from.context, size);
    if (!part)
      return nullptr;
    load_bytes(from, reinterpret_cast<char*>(part->data), size);
    return make_value<Buffer>(std::move(*part));
  }

  static caf::type_erased_value_ptr load_ticket(unpacking& from) {
    auto size = sizeof(file_ticket);
    if (size > from.block_bytes_left)
      return nullptr;
    from.block_bytes_left -= size;
    auto result = std::make_unique<ticket_value>();
    from.gaps.push_back({reinterpret_cast<char*>(&result->ticket), size});
    return caf::type_erased_value_ptr{result.release()};
  }

  handed_kind kind_;
};

template <class T>
class frozen_codec final : public buffer_codec<frozen_buffer<T>> {
public:
  frozen_codec() : buffer_codec<frozen_buffer<T>>(handed_kind::frozen) {
    // nop
  }

  caf::error save(packing& to, const caf::type_erased_tuple& xs,
                  size_t index) const override {
    auto& part = xs.get_as<frozen_buffer<T>>(index).part();
    save_part(to, part, handed_kind::frozen, part.memory);
    return {};
  }
};

template <class T>
class owned_codec final : public buffer_codec<owned_buffer<T>> {
public:
  owned_codec() : buffer_codec<owned_buffer<T>>(handed_kind::owned) {
    // nop
  }

  caf::error save(packing& to, const caf::type_erased_tuple& xs,
                  size_t index) const override {
    auto& handle = xs.get_as<owned_buffer<T>>(index).handle();
    if (to.buffers == buffer_way::files && handle.cell()) {
      // Whoever has the message gets it back should the process die first.
      save_part(to, handle.cell()->lend(), handed_kind::owned, handle.cell());
      return {};
    }
    auto taken = std::make_shared<const owned_part>(handle.take());
    save_part(to, taken->get(), handed_kind::owned, taken);
    return {};
  }
};

template <class... Ts>
std::vector<native_codec> make_codecs() {
  return {{caf::make_rtti_pair<frozen_buffer<Ts>>(),
           std::make_shared<frozen_codec<Ts>>()}...,
          {caf::make_rtti_pair<owned_buffer<Ts>>(),
           std::make_shared<owned_codec<Ts>>()}...};
}

} // namespace

const std::vector<native_codec>& buffer_codecs() {
  static const auto result =
      make_codecs<float, double, int32_t, int64_t, uint8_t, uint16_t, uint32_t,
                  uint64_t, std::byte>();
  return result;
}

} // namespace troupe
