// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace server_app {

/// Returns `openapi.json`, which describes all routes.
std::string_view openapi_document();

} // namespace server_app
