// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "common/command_line.hpp"
#include "common/exit_code.hpp"

namespace certs {

using app::early_exit;
using app::exit_code;

struct options {
  std::string folder;
  std::vector<std::string> names;
  size_t days = 365;
  bool json = false;
};

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

} // namespace certs
