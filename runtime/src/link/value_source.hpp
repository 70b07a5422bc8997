// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "caf/deserializer.hpp"
#include "caf/error.hpp"
#include "caf/sec.hpp"

#include "link/bytes.hpp"
#include "link/handle_spotter.hpp"
#include "link/identity.hpp"
#include "link/ticket.hpp"

namespace troupe {

/// Reads what a `value_sink` has written, from bytes that may be anything.
///
/// CAF's own deserializer follows errors, messages and configuration values
/// into each other until the stack ends, and believes every size that it reads.
/// This one fails with `sec::end_of_stream` where a sequence is declared to
/// have more elements than there are bits, and with `sec::invalid_argument`
/// where objects and sequences nest deeper than `max_depth`, and where a handle
/// of this node has a wrong ticket.
class value_source final : public caf::deserializer {
public:
  static constexpr size_t max_depth = 64;

  value_source(wire_context* context, std::string_view in)
      : caf::deserializer(context), wire_(context), all_(in), in_(in) {
    // nop
  }

  /// Handles come without tickets.
  value_source(caf::execution_unit* context, std::string_view in)
      : caf::deserializer(context), all_(in), in_(in) {
    // nop
  }

  size_t remaining() const noexcept {
    return in_.remaining();
  }

  caf::error begin_object(uint16_t& type, std::string& name) override {
    if (depth_ == max_depth)
      return caf::sec::invalid_argument;
    ++depth_;
    if (auto err = raw(type); err || type != 0)
      return err;
    return text(name);
  }

  caf::error end_object() override {
    --depth_;
    return {};
  }

  caf::error begin_sequence(size_t& size) override {
    if (depth_ == max_depth)
      return caf::sec::invalid_argument;
    ++depth_;
    size = in_.varint();
    // CAF packs eight elements of a vector<bool> into a byte.
    if (size / 8 > in_.remaining())
      return caf::sec::end_of_stream;
    return check();
  }

  caf::error end_sequence() override {
    --depth_;
    return {};
  }

  caf::error apply_raw(size_t size, void* data) override {
    auto bytes = in_.bytes(size);
    if (!bytes.empty())
      std::memcpy(data, bytes.data(), bytes.size());
    return have_read();
  }

protected:
  caf::error apply_impl(int8_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(uint8_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(int16_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(uint16_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(int32_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(uint32_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(int64_t& x) override {
    return raw(x);
  }

  caf::error apply_impl(uint64_t& x) override {
    x = in_.raw<uint64_t>();
    if (in_.ok())
      spotter_.number(x, position());
    return have_read();
  }

  caf::error apply_impl(float& x) override {
    return raw(x);
  }

  caf::error apply_impl(double& x) override {
    return raw(x);
  }

  caf::error apply_impl(long double& x) override {
    return raw(x);
  }

  caf::error apply_impl(std::string& x) override {
    return text(x);
  }

  caf::error apply_impl(std::u16string& x) override {
    return text(x);
  }

  caf::error apply_impl(std::u32string& x) override {
    return text(x);
  }

private:
  caf::error check() const {
    return in_.ok() ? caf::error{} : caf::error{caf::sec::end_of_stream};
  }

  template <class T>
  caf::error raw(T& x) {
    x = in_.raw<T>();
    return have_read();
  }

  size_t position() const noexcept {
    return all_.size() - in_.remaining();
  }

  /// Takes the ticket behind a handle.
  caf::error have_read() {
    if (!in_.ok())
      return check();
    auto id = spotter_.handle(position());
    if (!id || wire_ == nullptr)
      return {};
    std::string node{all_.substr(position() - handle_spotter::node_bytes,
                                 handle_spotter::node_bytes)};
    auto ticket = in_.raw<uint64_t>();
    if (!in_.ok())
      return check();
    auto kind = wire_->tickets().learn(parse_node_bytes(node), *id, ticket);
    if (kind == handle_kind::forged)
      return caf::sec::invalid_argument;
    wire_->expect(kind);
    return {};
  }

  template <class T>
  caf::error text(T& x) {
    constexpr auto unit = sizeof(typename T::value_type);
    auto size = in_.varint();
    if (size > in_.remaining() / unit)
      return caf::sec::end_of_stream;
    x.resize(size);
    auto bytes = in_.bytes(size * unit);
    std::memcpy(x.data(), bytes.data(), bytes.size());
    return check();
  }

  wire_context* wire_ = nullptr;
  std::string_view all_;
  byte_reader in_;
  handle_spotter spotter_;
  size_t depth_ = 0;
};

} // namespace troupe
