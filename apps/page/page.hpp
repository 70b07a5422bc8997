// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <vector>

#include "caf/actor.hpp"
#include "caf/fwd.hpp"

#include "web/route.hpp"

namespace page {

/// The page that shows a running system, and what it asks for:
///
/// | route                    | answers                                      |
/// |--------------------------|----------------------------------------------|
/// | `GET /`, `/assets/NAME`  | the page; needs no token                     |
/// | `GET /api/live`          | server-sent events, see `live_feed`          |
/// | `GET /api/snapshot`      | `troupe::system_snapshot`                    |
/// | `GET /api/letters`       | `troupe::letter_page` of `?node=`            |
/// | `GET /api/quarantine`    | `troupe::quarantine_page` of `?node=`        |
/// | `GET /api/history`       | `troupe::flight_record` of `?node=&path=`    |
/// | `POST /api/actions`      | `troupe::action_outcome`; takes `action`,    |
/// |                          | `target` and, where they belong, `node` and  |
/// |                          | `number`; needs the header X-Troupe-Action   |
///
/// All of it as in `troupe/observe/json.hpp`.
class page {
public:
  /// `observer` is the handle of a `troupe::observer`, which must outlive the
  /// server that has the routes.
  page(caf::actor_system& sys, caf::actor observer);

  ~page();

  page(const page&) = delete;
  page& operator=(const page&) = delete;

  /// Returns the routes, which refer to this object.
  std::vector<web::route> routes();

private:
  class impl;

  std::unique_ptr<impl> impl_;
};

} // namespace page
