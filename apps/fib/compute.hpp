// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "caf/actor_system.hpp"

#include "troupe/remote/node.hpp"

#include "common/exit_code.hpp"
#include "common/interruption.hpp"
#include "common/output_file.hpp"
#include "options.hpp"
#include "task_list.hpp"

namespace fib_app {

struct computation {
  task_list tasks;

  /// Where the results go, if anywhere.
  std::optional<app::output_file> output;

  /// The node of this process, if it has one.
  const troupe::node* node = nullptr;
};

/// Makes all calls, first one after another, then as messages, and prints what
/// that took.
exit_code compute(caf::actor_system& sys, const options& opts, computation job,
                  app::interruption& stop);

} // namespace fib_app
