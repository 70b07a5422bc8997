// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "caf/error.hpp"
#include "caf/serializer.hpp"

#include "link/bytes.hpp"
#include "link/handle_spotter.hpp"
#include "link/identity.hpp"
#include "link/ticket.hpp"

namespace troupe {

/// Writes whatever CAF can inspect: numbers as they are in memory, texts and
/// sequences behind the number of their elements, handles before their ticket.
class value_sink final : public caf::serializer {
public:
  value_sink(wire_context* context, std::string& out)
      : caf::serializer(context),
        tickets_(&context->tickets()),
        bytes_(out),
        out_(out) {
    // nop
  }

  /// Handles go without tickets.
  value_sink(caf::execution_unit* context, std::string& out)
      : caf::serializer(context), bytes_(out), out_(out) {
    // nop
  }

  caf::error begin_object(uint16_t& type, std::string& name) override {
    out_.raw(type);
    if (type == 0)
      out_.text(name);
    return {};
  }

  caf::error end_object() override {
    return {};
  }

  caf::error begin_sequence(size_t& size) override {
    out_.varint(size);
    return {};
  }

  caf::error end_sequence() override {
    return {};
  }

  caf::error apply_raw(size_t size, void* data) override {
    out_.bytes(data, size);
    return wrote();
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
    out_.raw(x);
    spotter_.number(x, bytes_.size());
    return wrote();
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
  template <class T>
  caf::error raw(const T& x) {
    out_.raw(x);
    return wrote();
  }

  /// Puts the ticket behind a handle.
  caf::error wrote() {
    if (auto id = spotter_.handle(bytes_.size()); id && tickets_ != nullptr) {
      auto node = bytes_.substr(bytes_.size() - handle_spotter::node_bytes);
      out_.raw(tickets_->ticket_of(parse_node_bytes(node), *id));
    }
    return {};
  }

  template <class T>
  caf::error text(const T& x) {
    out_.varint(x.size());
    out_.bytes(x.data(), x.size() * sizeof(x[0]));
    return {};
  }

  ticket_book* tickets_ = nullptr;
  const std::string& bytes_;
  byte_writer out_;
  handle_spotter spotter_;
};

} // namespace troupe
