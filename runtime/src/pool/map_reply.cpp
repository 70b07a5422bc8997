// SPDX-License-Identifier: Apache-2.0

#include "pool/map_reply.hpp"

#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

setback setback_of(const caf::error& x, map_piece::kind how) {
  if (x == errc::queue_full)
    return setback::no_room;
  for (auto y : {errc::no_workers, errc::pool_stopped, errc::task_cancelled,
                 errc::deadline_passed, errc::bad_task_option})
    if (x == y)
      return setback::everything;
  // The pool itself is gone.
  if (x == caf::sec::request_receiver_down)
    return setback::everything;
  if (how == map_piece::kind::single)
    return setback::task;
  if (x == caf::sec::unexpected_message)
    return setback::not_understood;
  if (x == errc::message_too_large)
    return setback::too_large;
  return setback::batch;
}

} // namespace troupe
