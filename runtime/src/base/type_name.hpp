// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <typeinfo>

namespace troupe {

/// Returns the name of a type as it stands in the source.
std::string type_name(const std::type_info& x);

/// Returns the type of the exception that is being handled, empty if none is.
std::string type_name_of_current_exception();

} // namespace troupe
