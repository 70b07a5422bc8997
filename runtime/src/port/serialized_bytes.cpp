// SPDX-License-Identifier: Apache-2.0

#include "port/serialized_bytes.hpp"

#include <exception>
#include <string>

#include "caf/actor_system.hpp"
#include "caf/detail/serialized_size.hpp"
#include "caf/message.hpp"
#include "caf/sec.hpp"

namespace troupe::port {

caf::expected<uint64_t> serialized_bytes(caf::actor_system& sys,
                                         const caf::message& x) {
  caf::detail::serialized_size_inspector sink{sys};
  // Types without a number or an inspector throw or report, depending on what
  // they lack.
  try {
    if (auto err = x.save(sink))
      return err;
  } catch (const std::exception& e) {
    return caf::make_error(caf::sec::unknown_type, std::string{e.what()});
  }
  return sink.result();
}

} // namespace troupe::port
