// SPDX-License-Identifier: Apache-2.0

#pragma once

// Every public header. Convenient and slow to compile: prefer the headers that
// a file needs.

#include "troupe/base/address.hpp"
#include "troupe/base/backoff.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/base/fwd.hpp"
#include "troupe/base/stop_signal.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/config.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/pool/pool_event.hpp"
#include "troupe/pool/pool_options.hpp"
#include "troupe/pool/pool_stats.hpp"
#include "troupe/pool/routing.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/remote/node_options.hpp"
#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/cell_options.hpp"
#include "troupe/scheduling/cell_stats.hpp"
#include "troupe/scheduling/envelope_actor.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/scheduler_options.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/scheduling/ticks.hpp"
#include "troupe/supervision/restart_budget.hpp"
