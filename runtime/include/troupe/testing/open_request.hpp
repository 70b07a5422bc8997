// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <type_traits>
#include <utility>

#include "caf/actor_system.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/sec.hpp"

namespace troupe {

/// A request under way, for a look at it before and after it is answered.
/// `Result` is the type of the single value in the reply, `void` for none.
template <class Result>
class open_request {
public:
  template <class Handle, class... Ts>
  open_request(caf::actor_system& sys, const Handle& receiver, Ts&&... xs)
      : sender_(sys, true) {
    sender_->request(receiver, caf::infinite, std::forward<Ts>(xs)...);
  }

  bool answered() {
    return sender_->has_next_message();
  }

  /// Returns the reply; may be asked once. Not yet answered is the error
  /// `caf::sec::request_timeout`, a reply of other types
  /// `caf::sec::unexpected_response`.
  caf::expected<Result> result() {
    if (!answered())
      return caf::make_error(caf::sec::request_timeout);
    auto reply = sender_->next_message();
    auto& content = reply->content();
    if (content.template match_elements<caf::error>())
      return content.template get_as<caf::error>(0);
    if constexpr (std::is_void_v<Result>) {
      if (content.empty() || content.template match_elements<caf::unit_t>())
        return caf::unit;
    } else {
      if (content.template match_elements<Result>())
        return content.template get_as<Result>(0);
    }
    return caf::make_error(caf::sec::unexpected_response,
                           to_string(reply->move_content_to_message()));
  }

private:
  caf::scoped_actor sender_;
};

} // namespace troupe
