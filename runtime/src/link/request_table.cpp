// SPDX-License-Identifier: Apache-2.0

#include "link/request_table.hpp"

#include <utility>
#include <vector>

#include "caf/actor_cast.hpp"
#include "caf/message.hpp"

namespace troupe {

bool request_table::book(const session& via, caf::strong_actor_ptr client,
                         caf::message_id request) {
  key k{client->id(), request.response_id()};
  std::lock_guard guard{mtx_};
  if (entries_.size() >= max_size)
    return false;
  entries_.insert_or_assign(
      k, entry{&via, caf::actor_cast<caf::weak_actor_ptr>(std::move(client))});
  return true;
}

bool request_table::waits(const session& via, caf::actor_id client,
                          caf::message_id response) {
  std::lock_guard guard{mtx_};
  auto i = entries_.find({client, response});
  return i != entries_.end() && i->second.via == &via;
}

bool request_table::erase(const session& via, caf::actor_id client,
                          caf::message_id response) {
  std::lock_guard guard{mtx_};
  auto i = entries_.find({client, response});
  if (i == entries_.end() || i->second.via != &via)
    return false;
  entries_.erase(i);
  return true;
}

void request_table::fail(const session& via, const caf::error& why) {
  std::vector<std::pair<key, entry>> failed;
  {
    std::lock_guard guard{mtx_};
    for (auto i = entries_.begin(); i != entries_.end();) {
      if (i->second.via == &via) {
        failed.emplace_back(i->first, std::move(i->second));
        i = entries_.erase(i);
      } else {
        ++i;
      }
    }
  }
  for (auto& [k, x] : failed)
    if (auto client = caf::actor_cast<caf::strong_actor_ptr>(x.client))
      client->enqueue(nullptr, k.second, caf::make_message(why), nullptr);
}

} // namespace troupe
