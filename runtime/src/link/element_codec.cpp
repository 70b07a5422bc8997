// SPDX-License-Identifier: Apache-2.0

#include "link/element_codec.hpp"

#include <utility>

#include "caf/atom.hpp"
#include "caf/make_type_erased_value.hpp"
#include "caf/sec.hpp"
#include "caf/unit.hpp"

#include "troupe/base/errc.hpp"

#include "link/value_sink.hpp"
#include "link/value_source.hpp"
#include "port/dynamic_message.hpp"

namespace troupe {

namespace {

constexpr size_t max_error_text = 4'000;

/// Elements whose values are loaded by `load_value` of the derived class.
template <class Derived, class T>
class typed_codec : public element_codec {
public:
  caf::type_erased_value_ptr load(unpacking& from) const override {
    auto result = caf::make_type_erased_value<T>();
    auto& x = *static_cast<T*>(result->get_mutable());
    return derived().load_value(from, x) ? std::move(result) : nullptr;
  }

  caf::message load_message(unpacking& from) const override {
    T x{};
    if (!derived().load_value(from, x))
      return {};
    // A block that is to come needs the place where the element stays.
    if (from.gaps.empty())
      return caf::make_message(std::move(x));
    return {};
  }

private:
  const Derived& derived() const {
    return static_cast<const Derived&>(*this);
  }
};

/// Numbers and atoms.
template <class T>
class number_codec final : public typed_codec<number_codec<T>, T> {
public:
  caf::error save(packing& to, const caf::type_erased_tuple& xs,
                  size_t index) const override {
    byte_writer{to.head}.raw(xs.get_as<T>(index));
    return {};
  }

  bool load_value(unpacking& from, T& x) const {
    if constexpr (std::is_same_v<T, bool>)
      x = from.head.raw<uint8_t>() != 0;
    else
      x = from.head.raw<T>();
    return from.head.ok();
  }
};

class unit_codec final : public typed_codec<unit_codec, caf::unit_t> {
public:
  caf::error save(packing&, const caf::type_erased_tuple&,
                  size_t) const override {
    return {};
  }

  bool load_value(unpacking&, caf::unit_t&) const {
    return true;
  }
};

/// Texts and vectors of numbers.
template <class T>
class array_codec final : public typed_codec<array_codec<T>, T> {
public:
  using value_type = typename T::value_type;

  caf::error save(packing& to, const caf::type_erased_tuple& xs,
                  size_t index) const override {
    auto& x = xs.get_as<T>(index);
    save_bytes(to, {reinterpret_cast<const char*>(x.data()),
                    x.size() * sizeof(value_type)});
    return {};
  }

  bool load_value(unpacking& from, T& x) const {
    uint64_t size = 0;
    if (!load_size(from, size) || size % sizeof(value_type) != 0)
      return false;
    x.resize(size / sizeof(value_type));
    load_bytes(from, reinterpret_cast<char*>(x.data()), size);
    return true;
  }
};

class error_codec final : public typed_codec<error_codec, caf::error> {
public:
  caf::error save(packing& to, const caf::type_erased_tuple& xs,
                  size_t index) const override {
    byte_writer head{to.head};
    save_error(head, xs.get_as<caf::error>(index));
    return {};
  }

  bool load_value(unpacking& from, caf::error& x) const {
    x = load_error(from.head);
    return from.head.ok();
  }
};

/// An element whose bytes are still to come.
class raw_value final : public caf::type_erased_value {
public:
  explicit raw_value(size_t size) : bytes(size, '\0') {
    // nop
  }

  void* get_mutable() override {
    return &bytes;
  }

  caf::error load(caf::deserializer&) override {
    return caf::sec::invalid_argument;
  }

  caf::rtti_pair type() const override {
    return caf::make_rtti_pair<std::string>();
  }

  const void* get() const override {
    return &bytes;
  }

  caf::error save(caf::serializer&) const override {
    return caf::sec::invalid_argument;
  }

  std::string stringify() const override {
    return "<raw>";
  }

  caf::type_erased_value_ptr copy() const override {
    return caf::type_erased_value_ptr{new raw_value(*this)};
  }

  std::string bytes;
};

class generic_codec final : public element_codec {
public:
  explicit generic_codec(caf::type_erased_value_ptr prototype)
      : prototype_(std::move(prototype)) {
    // nop
  }

  caf::error save(packing& to, const caf::type_erased_tuple& xs,
                  size_t index) const override {
    // Keeps its memory from one element to the next.
    static thread_local std::string buffer;
    buffer.clear();
    value_sink sink{to.context, buffer};
    if (auto err = xs.save(index, sink))
      return err;
    if (buffer.size() < min_block_bytes) {
      save_bytes(to, {buffer.data(), buffer.size()});
    } else {
      auto owner = std::make_shared<const std::string>(std::move(buffer));
      save_bytes(to, {owner->data(), owner->size(), owner});
    }
    return {};
  }

  caf::type_erased_value_ptr load(unpacking& from) const override {
    uint64_t size = 0;
    if (!load_size(from, size))
      return nullptr;
    if (size >= min_block_bytes) {
      auto result = std::make_unique<raw_value>(size);
      load_bytes(from, result->bytes.data(), size);
      return caf::type_erased_value_ptr{result.release()};
    }
    auto result = prototype_->copy();
    if (decode(*result, from.head.bytes(size), from.context))
      return nullptr;
    return result;
  }

  caf::error finish(caf::type_erased_value_ptr& x,
                    const completion& how) const override {
    auto raw = dynamic_cast<raw_value*>(x.get());
    if (raw == nullptr)
      return {};
    auto result = prototype_->copy();
    if (auto err = decode(*result, raw->bytes, how.context))
      return err;
    x = std::move(result);
    return {};
  }

private:
  static caf::error decode(caf::type_erased_value& x, std::string_view bytes,
                           wire_context* context) {
    value_source source{context, bytes};
    if (auto err = x.load(source))
      return err;
    if (source.remaining() != 0)
      return caf::sec::invalid_argument;
    return {};
  }

  caf::type_erased_value_ptr prototype_;
};

template <class T>
native_codec number() {
  return {caf::make_rtti_pair<T>(), std::make_shared<number_codec<T>>()};
}

template <class T>
native_codec array() {
  return {caf::make_rtti_pair<T>(), std::make_shared<array_codec<T>>()};
}

template <class... Ts>
std::vector<native_codec> make_native_codecs() {
  return {number<bool>(),
          number<float>(),
          number<double>(),
          number<caf::atom_value>(),
          {caf::make_rtti_pair<caf::unit_t>(), std::make_shared<unit_codec>()},
          array<std::string>(),
          array<std::vector<char>>(),
          array<std::vector<float>>(),
          array<std::vector<double>>(),
          number<Ts>()...,
          array<std::vector<Ts>>()...};
}

} // namespace

void save_bytes(packing& to, slice x) {
  byte_writer head{to.head};
  head.varint(x.size);
  if (x.size < min_block_bytes)
    head.bytes(x.data, x.size);
  else
    to.blocks.push_back(std::move(x));
}

bool load_size(unpacking& from, uint64_t& size) {
  size = from.head.varint();
  if (size < min_block_bytes)
    return from.head.ok() && size <= from.head.remaining();
  if (size > from.block_bytes_left)
    return false;
  from.block_bytes_left -= size;
  return true;
}

void load_bytes(unpacking& from, char* to, uint64_t size) {
  if (size >= min_block_bytes)
    from.gaps.push_back({to, size});
  else if (auto bytes = from.head.bytes(size); !bytes.empty())
    std::memcpy(to, bytes.data(), bytes.size());
}

caf::message element_codec::load_message(unpacking& from) const {
  std::vector<caf::type_erased_value_ptr> elements;
  elements.push_back(load(from));
  return elements.front() ? make_dynamic_message(std::move(elements))
                          : caf::message{};
}

const std::vector<native_codec>& native_codecs() {
  static const auto result =
      make_native_codecs<int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t,
                         uint32_t, uint64_t>();
  return result;
}

element_codec_ptr make_error_codec() {
  return std::make_shared<error_codec>();
}

element_codec_ptr make_generic_codec(caf::type_erased_value_ptr prototype) {
  return std::make_shared<generic_codec>(std::move(prototype));
}

void save_error(byte_writer& to, const caf::error& x) {
  to.raw(x ? x.code() : uint8_t{0});
  if (!x)
    return;
  to.raw(x.category());
  auto text = x.context().empty() ? std::string{} : describe(x);
  to.text(std::string_view{text}.substr(0, max_error_text));
}

caf::error load_error(byte_reader& from) {
  auto code = from.raw<uint8_t>();
  if (code == 0)
    return {};
  auto category = from.raw<caf::atom_value>();
  auto text = from.text();
  if (text.empty())
    return {code, category};
  return {code, category, caf::make_message(std::string{text})};
}

} // namespace troupe
