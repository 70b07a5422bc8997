// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "troupe/supervision/supervisor.hpp"
#include "troupe/testing/test_probe.hpp"
#include "troupe/testing/test_system.hpp"

#include "caf/actor.hpp"

namespace troupe::test {

/// A child's place in a random tree, over all incarnations of the child and of
/// the supervisors above it.
struct tree_place {
  tree_place* parent = nullptr;
  size_t index = 0;
  /// As in events, such as `0/2`; empty for the supervisor at the top.
  std::string path;

  restart_type restart = restart_type::permanent;
  in_flight_policy in_flight = in_flight_policy::reply_error;
  /// Whether it ignores that it is asked to exit.
  bool stubborn = false;

  /// Only of supervisors.
  std::vector<std::unique_ptr<tree_place>> children = {};
  supervision_strategy strategy = supervision_strategy::one_for_one;
  restart_intensity intensity = {};
  intensity_scope scope = intensity_scope::per_supervisor;
  auto_shutdown shutdown = auto_shutdown::never;

  /// Incarnations that are alive.
  size_t alive = 0;
  /// Starts that were tried under the present incarnation of its supervisor.
  size_t starts = 0;
  /// Whether nobody is to wonder if it is empty.
  bool may_be_empty = false;
  /// Requests to start or stop it that are not answered yet.
  size_t open_requests = 0;
  /// Whether the present incarnation of its supervisor may have had such a
  /// request, so that it goes its own way.
  bool managed = false;
  /// The last message that it took up.
  int64_t last_message = 0;
  int64_t last_sent = 0;
  /// When restarts were decided: its own, and those of its children.
  std::deque<test_system::time_point> own_restarts = {};
  std::deque<test_system::time_point> restarts_below = {};

  /// The address to send to, as far as known.
  caf::actor handle = {};

  bool is_supervisor() const noexcept {
    return !children.empty();
  }
};

/// What happened in all, to see that the worlds are neither harsh nor kind.
struct tree_totals {
  size_t steps = 0;
  size_t starts = 0;
  size_t failures = 0;
  size_t restarts = 0;
  size_t escalations = 0;
  size_t answers = 0;
  size_t retries = 0;
};

/// A random tree of supervisors and workers that fail at random, in a test
/// system that runs them in random order. Looks at what must hold at any time
/// and throws `test_failure` if it does not.
class random_tree {
public:
  explicit random_tree(uint64_t seed);

  ~random_tree();

  /// Lets `n` things happen. May end earlier, when the tree has.
  void run(size_t n);

  /// Does no more harm, waits until nothing happens any more, looks at what
  /// must hold then, and stops the tree.
  void finish();

  const tree_totals& totals() const noexcept {
    return totals_;
  }

  /// Returns a number that depends on all that happened, and on its order.
  uint64_t fingerprint() const noexcept {
    return fingerprint_;
  }

private:
  /// Something asked of a supervisor about one of its children.
  template <class Result>
  struct errand {
    template <class... Ts>
    errand(tree_place& x, test_system& sys, const caf::actor& supervisor,
           const Ts&... xs)
        : place(&x), reply(sys.system(), supervisor, xs...) {
      // nop
    }

    tree_place* place;
    open_request<Result> reply;
  };

  // Of random_tree.cpp: building, and what the test does.
  supervisor_spec grow(tree_place& x, int depth);
  child_spec grow_child(tree_place& x, int depth);
  void step();
  void disturb();
  void send_to(tree_place& x);
  void ask_for_handle(tree_place& x);
  void manage(tree_place& x);
  const caf::actor& address_above(const tree_place& x) const;
  void collect();
  tree_place& random_place();
  bool ended();

  // Of random_tree_rules.cpp: actors, and what must hold.
  caf::behavior run_worker(caf::event_based_actor* self, tree_place& x);
  caf::result<int64_t> handle_message(caf::event_based_actor* self,
                                      tree_place& x, int64_t number);
  caf::behavior run_watcher(caf::event_based_actor* self);
  void supervisor_begins(tree_place& x);
  void starts(tree_place& x);
  void begins(tree_place& x);
  void ends(tree_place& x);
  void asked_to_exit(const tree_place& x);
  void happened(const supervision_event& x);
  void check_budget(tree_place& x);
  void forget_restarts(tree_place& x);
  void check_settled(tree_place& x, const caf::actor& supervisor);
  tree_place* find(std::string_view path);

  size_t below(size_t n);
  bool happens(size_t per_mille);
  void note(uint64_t x);

  /// Has the next step throw: an actor would only fail of it.
  void fail(const tree_place& x, const std::string& what);

  std::mt19937_64 random_;
  uint64_t fingerprint_ = 0;
  tree_totals totals_;
  bool harmless_ = true;

  tree_place top_;
  std::vector<tree_place*> places_;
  std::map<std::string, tree_place*, std::less<>> by_path_;
  std::optional<std::string> broken_;

  test_system system_;
  test_probe client_;
  caf::actor root_;
  caf::actor_addr client_address_;
  std::unordered_set<uint64_t> unanswered_;
  std::list<errand<caf::actor>> lookups_;
  std::list<errand<caf::actor>> restarts_;
  std::list<errand<void>> stops_;
};

} // namespace troupe::test
