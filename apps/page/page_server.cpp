// SPDX-License-Identifier: Apache-2.0

#include "page/page_server.hpp"

#include <utility>

namespace page {

caf::expected<page_server> page_server::open(caf::actor_system& sys,
                                             caf::actor observer,
                                             web::server_options options) {
  auto what = std::make_unique<page>(sys, std::move(observer));
  auto http = web::server::open(std::move(options), what->routes());
  if (!http)
    return http.error();
  return page_server{std::move(what), std::move(*http)};
}

} // namespace page
