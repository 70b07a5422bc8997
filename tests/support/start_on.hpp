// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "caf/actor.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/location/starter.hpp"

namespace troupe::test {

/// Starts an actor on behalf of a parent that ends at once, and waits for the
/// outcome.
inline caf::expected<caf::actor> start_on(caf::scoped_actor& self,
                                          const starter& f,
                                          std::chrono::seconds patience) {
  caf::expected<caf::actor> result{caf::sec::request_timeout};
  self->spawn([&, client = caf::actor{self}](caf::event_based_actor* parent) {
    f(parent, {.timeout = patience}, [=](caf::expected<caf::actor> x) {
      if (x)
        parent->send(client, *x);
      else
        parent->send(client, x.error());
    });
  });
  self->receive([&](const caf::actor& x) { result = x; },
                [&](const caf::error& x) { result = x; },
                caf::after(patience) >> [] {});
  return result;
}

} // namespace troupe::test
