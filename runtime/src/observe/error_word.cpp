// SPDX-License-Identifier: Apache-2.0

#include "observe/error_word.hpp"

#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

std::string error_word(const caf::error& x) {
  if (!x)
    return "none";
  if (x.category() == errc_category)
    return to_string(static_cast<errc>(x.code()));
  if (x.category() == make_error(caf::sec::runtime_error).category())
    return to_string(static_cast<caf::sec>(x.code()));
  if (x.category() == make_error(caf::exit_reason::kill).category())
    return to_string(static_cast<caf::exit_reason>(x.code()));
  return "other";
}

} // namespace troupe
