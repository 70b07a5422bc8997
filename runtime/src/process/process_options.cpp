// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process_options.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/in_quotes.hpp"
#include "process/timeout_range.hpp"

namespace troupe {

namespace {

constexpr size_t most_waiting = 1 << 24;

} // namespace

caf::error validate(const process_options& x) {
  if (x.program && x.program->find('/') == std::string::npos)
    return make_error(errc::bad_program,
                      fmt::format("program is {}, must be a path with a slash",
                                  in_quotes(*x.program)));
  if (auto err = check_timeout("quit_timeout", x.quit_timeout))
    return err;
  if (auto err = check_timeout("term_timeout", x.term_timeout))
    return err;
  if (x.max_waiting == 0 || x.max_waiting > most_waiting)
    return make_error(errc::bad_max_waiting,
                      fmt::format("max_waiting is {}, must be 1 to {}",
                                  x.max_waiting, most_waiting));
  return validate(x.limits);
}

} // namespace troupe
