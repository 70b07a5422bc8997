// SPDX-License-Identifier: Apache-2.0

#include "link/request_table.hpp"

#include <algorithm>
#include <iterator>
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

void request_table::book_foreign(const session& via,
                                 caf::strong_actor_ptr client,
                                 caf::message_id request) {
  std::lock_guard guard{mtx_};
  if (foreign_.size() == max_foreign)
    foreign_.pop_front();
  foreign_.push_back({&via,
                      caf::actor_cast<caf::weak_actor_ptr>(std::move(client)),
                      request.response_id()});
}

bool request_table::waits(caf::actor_id client, caf::message_id response) {
  std::lock_guard guard{mtx_};
  return entries_.count({client, response}) != 0;
}

bool request_table::erase(caf::actor_id client, caf::message_id response) {
  std::lock_guard guard{mtx_};
  return entries_.erase({client, response}) != 0;
}

void request_table::fail(const session& via, const caf::error& why) {
  std::vector<std::pair<key, entry>> failed;
  std::vector<foreign_entry> failed_elsewhere;
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
    auto rest = std::stable_partition(
        foreign_.begin(), foreign_.end(),
        [&](const foreign_entry& x) { return x.via != &via; });
    failed_elsewhere.assign(std::make_move_iterator(rest),
                            std::make_move_iterator(foreign_.end()));
    foreign_.erase(rest, foreign_.end());
  }
  for (auto& [k, x] : failed)
    if (auto client = caf::actor_cast<caf::strong_actor_ptr>(x.client))
      client->enqueue(nullptr, k.second, caf::make_message(why), nullptr);
  for (auto& x : failed_elsewhere)
    if (auto client = caf::actor_cast<caf::strong_actor_ptr>(x.client))
      client->enqueue(nullptr, x.response, caf::make_message(why), nullptr);
}

} // namespace troupe
