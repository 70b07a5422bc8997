// SPDX-License-Identifier: Apache-2.0

#include "port/dynamic_message.hpp"

#include <utility>

#include "caf/detail/dynamic_message_data.hpp"
#include "caf/make_counted.hpp"

namespace troupe {

caf::message make_dynamic_message(std::vector<caf::type_erased_value_ptr> xs) {
  if (xs.empty())
    return {};
  auto data = caf::make_counted<caf::detail::dynamic_message_data>();
  for (auto& x : xs)
    data->append(std::move(x));
  return caf::message{caf::detail::message_data::cow_ptr{std::move(data)}};
}

} // namespace troupe
