// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"

#include "page/page.hpp"
#include "web/server.hpp"

namespace page {

/// Serves the page and nothing else, for programs that have no other use for
/// HTTP.
class page_server {
public:
  /// `observer` is the handle of a `troupe::observer` that ends later.
  /// @returns an error of `web::server::open`.
  static caf::expected<page_server> open(caf::actor_system& sys,
                                         caf::actor observer,
                                         web::server_options options);

  std::string url() const {
    return http_.url();
  }

private:
  page_server(std::unique_ptr<page> what, web::server http)
      : page_(std::move(what)), http_(std::move(http)) {
    // nop
  }

  std::unique_ptr<page> page_;
  // Ends first.
  web::server http_;
};

} // namespace page
