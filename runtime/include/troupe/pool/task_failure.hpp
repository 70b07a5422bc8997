// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/atom.hpp"
#include "caf/error.hpp"
#include "caf/make_message.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"

namespace troupe {

/// One task of a `map` that failed.
struct task_failure {
  /// Position of its input, from 0.
  uint64_t index = 0;

  /// The input for people, cut off where it is long.
  std::string input;

  caf::error reason;
};

/// Returns one line, such as `task 17 failed on input 42: division by zero`.
/// @relates task_failure
std::string describe(const task_failure& x);

/// A reason travels as code and text; what else its context has stays behind.
/// @relates task_failure
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, task_failure& x) {
  auto name = caf::meta::type_name("troupe::task_failure");
  caf::atom_value category{};
  uint8_t code = 0;
  std::string text;
  if constexpr (Inspector::reads_state) {
    if (x.reason) {
      category = x.reason.category();
      code = x.reason.code();
      text = describe(x.reason);
    }
    return f(name, x.index, x.input, category, code, text);
  } else {
    auto result = f(name, x.index, x.input, category, code, text);
    x.reason = code == 0 ? caf::error{}
                         : caf::error{code, category, caf::make_message(text)};
    return result;
  }
}

} // namespace troupe
