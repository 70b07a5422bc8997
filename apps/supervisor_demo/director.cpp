// SPDX-License-Identifier: Apache-2.0

#include "director.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "caf/exit_reason.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "tree.hpp"
#include "workers.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;

using look_atom = caf::atom_constant<caf::atom("look")>;
using draw_atom = caf::atom_constant<caf::atom("draw")>;

constexpr size_t survey_steps = 60;
/// Pieces that a worker has at a time.
constexpr size_t credit = 2;
/// Poison messages of a storm: more deaths than a supervisor tolerates.
constexpr size_t poisons_in_storm = 5;
constexpr size_t events_kept = 64;
constexpr auto reply_timeout = 5s;
/// A worker that is stuck and given up never answers.
constexpr auto work_timeout = 3s;
constexpr auto search_pause = 20ms;
constexpr auto frame_time = 100ms;

std::optional<fault_kind> kind_of_key(char key) {
  switch (key) {
    case 't':
      return fault_kind::throws;
    case 'q':
      return fault_kind::quits;
    case 's':
      return fault_kind::stuck;
    case 'p':
      return fault_kind::poison;
    case 'c':
      return fault_kind::storm;
    default:
      return std::nullopt;
  }
}

} // namespace

director::director(caf::actor_config& cfg, assignment what)
    : event_based_actor(cfg),
      what_(std::move(what)),
      ledger_(what_.limit, what_.pieces, surveyor_names().size(), survey_steps),
      screen_(what_.view),
      random_(what_.seed) {
  for (auto& group : groups())
    for (auto& id : group.workers)
      posts_.emplace(id, post{.group = group.name, .id = id});
  for (auto& id : counter_names())
    posts_.at(id).counts = true;
}

const char* director::name() const {
  return "demo.director";
}

caf::behavior director::make_behavior() {
  set_down_handler([this](caf::down_msg& x) {
    if (!finished_) {
      screen_.note("the whole tree is down: " + troupe::describe(x.reason));
      finish();
    }
    quit();
  });
  set_error_handler([](caf::error&) {});
  return {
      [this](run_atom) -> caf::result<summary> {
        promise_ = make_response_promise();
        begin();
        return promise_;
      },
      [this](troupe::supervision_event& x) {
        if (finished_)
          return;
        ledger_.book(x);
        if (x.what == troupe::supervision_event::kind::started)
          return;
        auto text = describe(x);
        screen_.note(text);
        picture_.events.push_back(std::move(text));
        if (picture_.events.size() > events_kept)
          picture_.events.pop_front();
      },
      [this](step_atom, size_t index, size_t step) {
        ledger_.step_done(index, step);
      },
      [this](survey_atom, size_t index, uint64_t primes) {
        ledger_.survey_done(index, primes);
        finish_if_complete();
      },
      [this](look_atom, const std::string& id) { find(posts_.at(id)); },
      [this](draw_atom) { look_at_tree(); },
      [this](key_atom, char key) {
        auto kind = kind_of_key(key);
        if (!kind || finished_ || ledger_.pieces_done() == 0)
          return;
        inject(*kind, std::next(posts_.begin(), static_cast<ptrdiff_t>(
                                                    random_() % posts_.size()))
                          ->second);
      },
      [this](give_up_atom) { finish(); },
  };
}

void director::begin() {
  root_ = troupe::spawn<caf::monitored>(
      this, troupe::supervisor,
      make_tree(ledger_.surveys(), what_.where,
                caf::actor_cast<caf::actor>(this)));
  if (what_.observer)
    send(what_.observer, troupe::observed_root{.name = "demo", .who = root_});
  delayed_send(this, what_.deadline, give_up_atom::value);
  for (auto& [id, x] : posts_)
    find(x);
  if (screen_.draws())
    look_at_tree();
  inject_due();
}

void director::find(post& x) {
  if (finished_)
    return;
  auto id = x.id;
  auto again = [this, id](const caf::error&) { look_again(id); };
  troupe::get_child(this, root_, reply_timeout, x.group)
      .then(
          [this, id, again](const caf::actor& group) {
            troupe::get_child(this, group, reply_timeout, id)
                .then(
                    [this, id](caf::actor& handle) {
                      auto& found = posts_.at(id);
                      found.handle = std::move(handle);
                      for (auto kind : std::exchange(found.due, {}))
                        inject(kind, found);
                      feed(found);
                      finish_if_complete();
                    },
                    again);
          },
          again);
}

void director::look_again(const std::string& id) {
  if (!finished_)
    delayed_send(this, search_pause, look_atom::value, id);
}

void director::feed(post& x) {
  while (x.counts && x.handle && x.open < credit && !finished_) {
    auto piece = ledger_.take();
    if (!piece)
      return;
    ++x.open;
    auto [first, last] = ledger_.at(*piece);
    auto id = x.id;
    request(x.handle, work_timeout, first, last)
        .then([this, id, piece = *piece](
                  uint64_t primes) { answered(posts_.at(id), piece, primes); },
              [this, id, piece = *piece](const caf::error&) {
                auto& failed = posts_.at(id);
                --failed.open;
                ledger_.put_back(piece);
                // The handle may be gone with its supervisor.
                if (failed.handle) {
                  failed.handle = nullptr;
                  look_again(id);
                }
              });
  }
}

void director::answered(post& x, size_t piece, uint64_t primes) {
  --x.open;
  ledger_.done(piece, primes);
  inject_due();
  // Whoever is free may take what others gave back.
  for (auto& [id, y] : posts_)
    feed(y);
  finish_if_complete();
}

void director::inject_due() {
  auto& faults = what_.faults;
  while (next_fault_ < faults.size()
         && faults[next_fault_].after <= ledger_.pieces_done()) {
    auto& x = faults[next_fault_++];
    inject(x.kind, posts_.at(x.target));
  }
}

void director::inject(fault_kind kind, post& x) {
  if (!x.handle) {
    x.due.push_back(kind);
    return;
  }
  ledger_.book(kind);
  screen_.note("injecting " + to_string(kind) + " into " + x.id);
  switch (kind) {
    case fault_kind::throws:
    case fault_kind::quits:
    case fault_kind::stuck:
      send(x.handle, arm_atom::value, static_cast<uint8_t>(kind));
      break;
    case fault_kind::poison:
      send(x.handle, poison_atom::value, ++poisons_);
      break;
    case fault_kind::storm:
      for (size_t i = 0; i < poisons_in_storm; ++i)
        send(x.handle, poison_atom::value, ++poisons_);
      break;
  }
}

void director::look_at_tree() {
  if (finished_)
    return;
  delayed_send(this, frame_time, draw_atom::value);
  picture_.pieces = ledger_.pieces();
  picture_.pieces_done = ledger_.pieces_done();
  picture_.steps = ledger_.steps();
  picture_.steps_done = ledger_.steps_done();
  screen_.show(picture_);
  auto ignore = [](const caf::error&) {};
  troupe::which_children(this, root_, frame_time)
      .then(
          [this, ignore](std::vector<troupe::child_info>& xs) {
            picture_.groups.resize(xs.size());
            for (size_t i = 0; i < xs.size(); ++i) {
              auto id = xs[i].id;
              picture_.groups[i].first = std::move(xs[i]);
              troupe::get_child(this, root_, frame_time, id)
                  .then(
                      [this, ignore, i](const caf::actor& group) {
                        troupe::which_children(this, group, frame_time)
                            .then(
                                [this, i](std::vector<troupe::child_info>& ys) {
                                  picture_.groups[i].second = std::move(ys);
                                },
                                ignore);
                      },
                      ignore);
            }
          },
          ignore);
}

void director::finish_if_complete() {
  // The schedule holds: no fault is left out because the work was faster than
  // the search for its victim.
  auto waits = [](const auto& x) { return !x.second.due.empty(); };
  if (ledger_.complete() && !what_.stays
      && std::none_of(posts_.begin(), posts_.end(), waits))
    finish();
}

void director::finish() {
  if (finished_)
    return;
  finished_ = true;
  if (screen_.draws()) {
    picture_.pieces_done = ledger_.pieces_done();
    picture_.steps_done = ledger_.steps_done();
    screen_.show(picture_);
  }
  promise_.deliver(ledger_.result());
  if (root_)
    send_exit(root_, caf::exit_reason::user_shutdown);
  else
    quit();
}

} // namespace demo
