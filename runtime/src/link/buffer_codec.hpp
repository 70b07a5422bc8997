// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "link/element_codec.hpp"

namespace troupe {

/// Returns the codecs of buffers. An owned buffer is taken out of the message
/// when it is saved.
const std::vector<native_codec>& buffer_codecs();

} // namespace troupe
