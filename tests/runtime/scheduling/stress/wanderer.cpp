// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/stress/wanderer.hpp"

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "caf/actor_system.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/send.hpp"

#include "support/actor_kind.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::test::parcel_ptr)

namespace troupe::test {

namespace {

using namespace std::chrono_literals;

/// Actors hold their children, and the last handle to one destroys it: a long
/// chain would be taken down by deep recursion.
constexpr int max_depth = 6;

constexpr size_t max_peers = 3;

struct wandering_state {
  ledger* books = nullptr;
  life_ptr record;
  std::minstd_rand random;
  std::vector<wanderer> peers;
  int depth = 0;
  wandering how = wandering::stay;
};

using pointer = caf::stateful_actor<wandering_state>*;

caf::behavior wander(pointer self, ledger* books, life_ptr record,
                     uint64_t random, int depth, wandering how);

template <class Host>
wanderer start(Host& host, ledger& books, uint64_t random, int depth,
               wandering how) {
  auto record = std::make_shared<life>(books);
  starter_of make{random % 4 == 0 ? actor_kind::stock : actor_kind::cell};
  // Its own record would keep its memory.
  auto handle = make.start(host, wander, &books, record, random, depth, how);
  return {std::move(handle), std::move(record)};
}

parcel_ptr parcel_for(const wanderer& x) {
  return std::make_shared<parcel>(x.record);
}

/// Peers in order of age; children take the place of the oldest.
wanderer& peer(pointer self) {
  auto& st = self->state;
  return st.peers[st.random() % st.peers.size()];
}

void start_child(pointer self) {
  auto& st = self->state;
  auto child = start(self, *st.books, st.random(), st.depth + 1, st.how);
  if (st.peers.size() < max_peers)
    st.peers.push_back(std::move(child));
  else
    peer(self) = std::move(child);
}

void end(wanderer& x, caf::event_based_actor* self) {
  x.record->over = true;
  self->send_exit(x.handle, caf::exit_reason::user_shutdown);
}

void ask(pointer self, const wanderer& x, int energy) {
  auto open = std::make_shared<question>(self->state.record);
  self->request(x.handle, caf::infinite, "ask", energy)
      .then([open](int) { open->answered(); },
            [open](const caf::error&) { open->answered(); });
}

/// Does something that spends no energy.
void come_and_go(pointer self) {
  auto& st = self->state;
  switch (st.random() % 64) {
    case 0:
      st.record->over = true;
      self->quit();
      break;
    case 1:
      end(peer(self), self);
      break;
    case 2:
      self->monitor(peer(self).handle);
      break;
    case 3: {
      // Both ends may now take the other one along.
      auto& other = peer(self);
      other.record->over = true;
      st.record->over = true;
      self->link_to(other.handle);
      break;
    }
    case 4:
      self->delayed_anon_send(peer(self).handle, 100us, "nothing");
      break;
    default:
      break;
  }
}

void spend(pointer self, int energy) {
  if (energy <= 0)
    return;
  auto& st = self->state;
  if (st.peers.empty() || (st.depth < max_depth && st.random() % 10 == 0)) {
    if (st.depth == max_depth) {
      wanderer me{caf::actor{self}, st.record};
      self->send(me.handle, parcel_for(me), energy - 1);
      return;
    }
    start_child(self);
  }
  auto& next = peer(self);
  if (st.random() % 100 < 70)
    self->send(next.handle, parcel_for(next), energy - 1);
  else
    ask(self, next, energy - 1);
  if (st.how == wandering::come_and_go)
    come_and_go(self);
}

caf::behavior wander(pointer self, ledger* books, life_ptr record,
                     uint64_t random, int depth, wandering how) {
  auto& st = self->state;
  st.books = books;
  st.record = std::move(record);
  st.random.seed(random);
  st.depth = depth;
  st.how = how;
  self->set_default_handler(caf::drop);
  self->set_down_handler([](caf::down_msg&) {});
  return {[=](const parcel_ptr& x, int energy) {
            x->handled();
            spend(self, energy);
          },
          [=](const std::string&, int energy) {
            spend(self, energy);
            return energy;
          },
          [](const std::string&) {}};
}

} // namespace

wanderer start_wanderer(caf::actor_system& sys, ledger& books, uint64_t random,
                        wandering how) {
  return start(sys, books, random, 0, how);
}

void send_energy(const wanderer& x, int energy) {
  caf::anon_send(x.handle, parcel_for(x), energy);
}

} // namespace troupe::test
