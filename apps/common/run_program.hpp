// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <variant>

#include "troupe/base/cores.hpp"

#include "common/command_line.hpp"
#include "common/interruption.hpp"
#include "common/run_as_worker.hpp"

namespace app {

/// What `main` of a program does: the work of a worker process, if this is one;
/// otherwise `run` gets the options that `parse` reads from the command line,
/// and an interruption that is in force since before.
/// @returns what `main` returns
template <class Options>
int run_program(int argc, char** argv,
                std::variant<Options, early_exit> (*parse)(
                    int argc, const char* const* argv, size_t cores),
                exit_code (*run)(const Options& opts, interruption& stop)) {
  if (auto code = run_as_worker(argc, argv))
    return *code;
  interruption stop;
  auto parsed = parse(argc, argv, troupe::usable_cores());
  if (auto* exit = std::get_if<early_exit>(&parsed))
    return leave(*exit);
  return static_cast<int>(run(std::get<Options>(parsed), stop));
}

} // namespace app
