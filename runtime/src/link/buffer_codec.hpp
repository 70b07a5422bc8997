// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "link/element_codec.hpp"

namespace troupe {

/// Returns the codecs of buffers. An owned buffer is taken out of the message
/// when it is saved, or lent to a process that gets files, see
/// `reclaim_buffers`.
const std::vector<native_codec>& buffer_codecs();

} // namespace troupe
