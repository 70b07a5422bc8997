// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "work.hpp"

namespace bench {

outcome remote_rtt(bool on_troupe);
outcome remote_small(bool on_troupe);
outcome remote_64k(bool on_troupe);
outcome remote_16m(bool on_troupe);
outcome remote_buffer(bool on_troupe);
outcome remote_busy(bool on_troupe);
outcome remote_tls(bool on_troupe);

} // namespace bench
