// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/exception_reason.hpp"

#include "caf/message.hpp"
#include "caf/sec.hpp"

#include "base/type_name.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// Whether the context of `x` is an exception's text and type.
bool has_text_and_type(const caf::error& x) {
  return is_exception(x)
         && x.context().match_elements<std::string, std::string>();
}

} // namespace

caf::message exception_context(const std::exception_ptr& x) {
  try {
    std::rethrow_exception(x);
  } catch (const std::exception& e) {
    return caf::make_message(std::string{e.what()},
                             type_name_of_current_exception());
  } catch (...) {
    return caf::make_message(
        std::string{"an exception that is no std::exception"},
        type_name_of_current_exception());
  }
}

caf::error exception_reason(std::exception_ptr& x) {
  return {static_cast<uint8_t>(errc::unhandled_exception), errc_category,
          exception_context(x)};
}

bool is_exception(const caf::error& x) {
  return x == errc::unhandled_exception || x == caf::sec::runtime_error
         || x == caf::exit_reason::unhandled_exception;
}

std::string exception_type(const caf::error& x) {
  return has_text_and_type(x) ? x.context().get_as<std::string>(1)
                              : std::string{};
}

} // namespace troupe
