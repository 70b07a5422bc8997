// SPDX-License-Identifier: Apache-2.0

#include "link/relays.hpp"

#include <map>
#include <mutex>
#include <utility>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/error.hpp"
#include "caf/exit_reason.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/make_actor.hpp"
#include "caf/monitorable_actor.hpp"
#include "caf/node_id.hpp"

namespace troupe {

namespace {

/// Passes on what it gets, in the thread of the sender.
class relay final : public caf::monitorable_actor {
public:
  relay(caf::actor_config& cfg, caf::strong_actor_ptr client)
      : caf::monitorable_actor(cfg), client_(std::move(client)) {
    // nop
  }

  const char* name() const override {
    return "troupe.relay";
  }

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* context) override {
    client_->enqueue(std::move(what), context);
  }

private:
  const caf::strong_actor_ptr client_;
};

} // namespace

class relays::table {
public:
  caf::strong_actor_ptr find(const caf::strong_actor_ptr& client) {
    std::lock_guard guard{mtx_};
    auto i = entries_.find({client->node(), client->id()});
    return i != entries_.end() ? i->second : nullptr;
  }

  /// @returns what is in the table afterwards.
  caf::strong_actor_ptr put(const caf::strong_actor_ptr& client,
                            caf::strong_actor_ptr x) {
    std::lock_guard guard{mtx_};
    key k{client->node(), client->id()};
    return entries_.emplace(std::move(k), std::move(x)).first->second;
  }

  void end(const caf::node_id& node, caf::actor_id id, caf::error why) {
    caf::strong_actor_ptr gone;
    {
      std::lock_guard guard{mtx_};
      auto i = entries_.find({node, id});
      if (i == entries_.end())
        return;
      gone = std::move(i->second);
      entries_.erase(i);
    }
    static_cast<caf::monitorable_actor*>(gone->get())
        ->cleanup(std::move(why), nullptr);
  }

private:
  using key = std::pair<caf::node_id, caf::actor_id>;

  std::mutex mtx_;
  std::map<key, caf::strong_actor_ptr> entries_;
};

relays::relays(caf::actor_system& sys)
    : system_(sys), table_(std::make_shared<table>()) {
  // nop
}

relays::~relays() {
  // nop
}

caf::strong_actor_ptr relays::of(const caf::strong_actor_ptr& client) {
  if (auto known = table_->find(client))
    return known;
  caf::actor_config cfg;
  auto made = caf::make_actor<relay, caf::strong_actor_ptr>(
      system_.next_actor_id(), system_.node(), &system_, cfg, client);
  auto result = table_->put(client, made);
  if (result == made) {
    system_.registry().put(made->id(), made);
    // At once if it is gone already.
    client->get()->attach_functor([table = table_, node = client->node(),
                                   id = client->id()](const caf::error& why) {
      table->end(node, id, why);
    });
  } else {
    static_cast<caf::monitorable_actor*>(made->get())
        ->cleanup(caf::exit_reason::normal, nullptr);
  }
  return result;
}

} // namespace troupe
