// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <utility>

#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"

#include "troupe/scheduling/detail/block_cache.hpp"

namespace troupe::detail {

/// A message on its way to a mailbox, in recycled memory: one thread allocates
/// what another one frees, which general allocators are slow at.
class reply_envelope final : public caf::mailbox_element {
public:
  reply_envelope(caf::strong_actor_ptr&& from, caf::message_id id,
                 caf::message&& content)
      : mailbox_element(std::move(from), id, {}), content_(std::move(content)) {
    // nop
  }

  static void* operator new(size_t bytes) {
    return block_cache::allocate(bytes);
  }

  static void operator delete(void* ptr, size_t bytes) noexcept {
    block_cache::release(ptr, bytes);
  }

  caf::type_erased_tuple& content() override {
    return content_;
  }

  const caf::type_erased_tuple& content() const override {
    return content_;
  }

  caf::message move_content_to_message() override {
    return std::move(content_);
  }

  caf::message copy_content_to_message() const override {
    return content_;
  }

private:
  caf::message content_;
};

} // namespace troupe::detail
