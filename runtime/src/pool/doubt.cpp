// SPDX-License-Identifier: Apache-2.0

#include "pool/doubt.hpp"

#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

std::optional<doubt> doubt_about(const caf::error& x) {
  // CAF sends this for each request in the mailbox of an actor that ends.
  if (x == caf::sec::request_receiver_down)
    return doubt::untouched;
  if (x == caf::sec::runtime_error || x == make_error(errc::unhandled_exception)
      || x == make_error(errc::link_lost))
    return doubt::broken;
  if (x == errc::process_died)
    return doubt::fallen;
  return std::nullopt;
}

} // namespace troupe
