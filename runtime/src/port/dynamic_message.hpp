// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "caf/message.hpp"
#include "caf/type_erased_value.hpp"

namespace troupe {

/// Makes a message of elements whose types are known at run time only.
caf::message make_dynamic_message(std::vector<caf::type_erased_value_ptr> xs);

} // namespace troupe
