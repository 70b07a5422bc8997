// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process_options.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/in_quotes.hpp"
#include "process/timeout_range.hpp"

namespace troupe {

caf::error validate(const process_options& x) {
  if (x.program && x.program->find('/') == std::string::npos)
    return make_error(errc::bad_program,
                      fmt::format("program is {}, must be a path with a slash",
                                  in_quotes(*x.program)));
  if (auto err = check_timeout("quit_timeout", x.quit_timeout))
    return err;
  if (auto err = check_timeout("term_timeout", x.term_timeout))
    return err;
  return validate(x.limits);
}

} // namespace troupe
