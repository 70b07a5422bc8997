// SPDX-License-Identifier: Apache-2.0

#include "remote/etcd_watcher.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

namespace troupe::etcd {

namespace {

/// After so long without a change the stream is opened anew: a broken
/// connection need not show.
constexpr auto longest_silence = std::chrono::seconds{30};

} // namespace

caf::timespan delay_after(size_t failures) {
  auto doublings = std::min<size_t>(failures, 10);
  return std::min<caf::timespan>(std::chrono::milliseconds{50}
                                     * (1 << doublings),
                                 std::chrono::seconds{5});
}

caf::behavior watcher(caf::event_based_actor* self,
                      std::shared_ptr<client> etcd, std::string prefix,
                      caf::actor listener) {
  self->send(self, caf::tick_atom_v, size_t{0});
  return {[=](caf::tick_atom, size_t failures) {
    auto answer = etcd->post("kv/range", list_request(prefix));
    auto content = answer ? read_listing(*answer) : std::nullopt;
    if (!content) {
      self->delayed_send(self, delay_after(failures + 1), caf::tick_atom_v,
                         failures + 1);
      return;
    }
    auto revision = content->revision;
    self->send(listener, news{std::move(*content)});
    auto until_changed = [](const nlohmann::json& line) {
      return !tells_of_changes(line);
    };
    if (etcd->stream("watch", watch_request(prefix, revision + 1),
                     longest_silence, until_changed))
      self->delayed_send(self, delay_after(failures + 1), caf::tick_atom_v,
                         failures + 1);
    else
      self->send(self, caf::tick_atom_v, size_t{0});
  }};
}

} // namespace troupe::etcd
