// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/timespan.hpp"

#include "remote/etcd_client.hpp"
#include "remote/etcd_messages.hpp"

namespace troupe::etcd {

/// All entries, as they are now.
struct news {
  listing content;
};

/// Delays after failures double from 100 ms to 5 s.
caf::timespan delay_after(size_t failures);

/// Sends `news` to `listener` at first and on each change of an entry whose key
/// begins with `prefix`. Runs until it is told to exit and `client::stop` was
/// called. Blocks: to be spawned with `caf::detached`.
caf::behavior watcher(caf::event_based_actor* self,
                      std::shared_ptr<client> etcd, std::string prefix,
                      caf::actor listener);

} // namespace troupe::etcd

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::etcd::news)
