// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace node_app {

/// Tells the service manager that started this program, if one did, of its
/// state, such as `READY=1` or `STOPPING=1`: as sd_notify(3) does.
void tell_service_manager(std::string_view state);

} // namespace node_app
