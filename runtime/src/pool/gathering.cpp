// SPDX-License-Identifier: Apache-2.0

#include "pool/gathering.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/make_message.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

std::optional<caf::message> gathering::take(task_key copy, caf::message reply) {
  open_.erase(copy);
  if (reply.match_elements<caf::error>())
    return failed(reply.get_as<caf::error>(0));
  switch (mode_) {
    case spread::one:
    case spread::first:
      return reply;
    case spread::all: {
      replies_.emplace(positions_.at(copy), std::move(reply));
      if (!open_.empty())
        return std::nullopt;
      std::vector<caf::message> result;
      for (auto& [position, x] : replies_)
        result.push_back(std::move(x));
      return caf::make_message(std::move(result));
    }
    case spread::quorum:
      in_order_of_arrival_.push_back(std::move(reply));
      if (in_order_of_arrival_.size() < quorum_)
        return std::nullopt;
      return caf::make_message(std::move(in_order_of_arrival_));
  }
  return std::nullopt;
}

std::optional<caf::message> gathering::failed(const caf::error& reason) {
  if (mode_ == spread::all || (mode_ == spread::first && open_.empty()))
    return caf::make_message(reason);
  if (mode_ == spread::quorum
      && in_order_of_arrival_.size() + open_.size() < quorum_)
    return caf::make_message(make_error(
        errc::quorum_lost,
        fmt::format("{} of {} workers can answer at most, {} were wanted; the "
                    "last failure: {}",
                    in_order_of_arrival_.size() + open_.size(),
                    positions_.size(), quorum_, describe(reason))));
  return std::nullopt;
}

} // namespace troupe
