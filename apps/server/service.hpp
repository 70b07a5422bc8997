// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "caf/actor.hpp"
#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

#include "web/route.hpp"
#include "web/server.hpp"

#include "job.hpp"
#include "tally.hpp"

namespace server_app {

/// What the routes lead to. Its functions may be called by several threads at
/// the same time; they wait, and compute nothing.
class service {
public:
  /// What stands behind the routes must outlive it. `observer` is the handle of
  /// a `troupe::observer`.
  service(caf::actor_system& sys, caf::actor desk, caf::actor pool,
          caf::actor observer);

  /// Returns the routes, which refer to this object.
  std::vector<web::route> routes();

  /// Lets `/metrics` tell of the server, too, which must outlive this object's
  /// last request.
  void observe(const web::server& x);

  /// Makes `/readyz` and new orders answer 503.
  /// @returns whether all jobs have ended before `limit`; the others were
  ///          cancelled.
  bool drain(caf::timespan limit);

private:
  web::response order_now(const web::request& in, const order& x);

  web::response submit(const web::request& in);

  web::response show(const web::request& in);

  web::response events(const web::request& in);

  web::response cancel(const web::request& in);

  web::response readiness();

  web::response metrics();

  caf::actor_system& sys_;
  caf::actor desk_;
  caf::actor pool_;
  caf::actor observer_;
  tally tally_;
  std::atomic<const web::server*> http_ = nullptr;
  std::atomic<bool> draining_ = false;
  std::atomic<size_t> streams_ = 0;
};

} // namespace server_app
