// SPDX-License-Identifier: Apache-2.0

#include "openapi.hpp"

#include "web/asset.hpp"

#include "server_files.hpp"

namespace server_app {

std::string_view openapi_document() {
  return web::find_asset(server_files, "openapi.json")->content;
}

} // namespace server_app
