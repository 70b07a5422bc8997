// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "work.hpp"

namespace bench {

outcome remote_request(bool on_troupe);
outcome remote_small(bool on_troupe);
outcome remote_medium(bool on_troupe);
outcome remote_large(bool on_troupe);
outcome remote_busy(bool on_troupe);
outcome remote_tls(bool on_troupe);

} // namespace bench
