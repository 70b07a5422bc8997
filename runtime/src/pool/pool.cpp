// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool.hpp"

#include <utility>

#include "pool/pool_impl.hpp"

namespace troupe {

pool::pool(caf::actor_config& cfg, pool_options options)
    : envelope_actor(cfg),
      impl_(std::make_shared<impl>(this, std::move(options))) {
  // nop
}

pool::~pool() {
  // Here, where `impl` is complete.
}

const char* pool::name() const {
  return "troupe.pool";
}

caf::behavior pool::make_behavior() {
  return impl_->make_behavior();
}

bool pool::take(caf::mailbox_element& x) {
  return impl_->take(x);
}

void pool::on_exit() {
  if (auto last = std::exchange(impl_, nullptr))
    last->abandon();
}

} // namespace troupe
