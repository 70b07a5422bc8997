// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "link/link.pb.h"

namespace troupe::wire {

// The messages of the one version of the protocol that this build speaks.
using namespace v1;

} // namespace troupe::wire
