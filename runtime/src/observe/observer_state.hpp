// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"
#include "caf/system_messages.hpp"

#include "observe/busy_meter.hpp"
#include "observe/event_log.hpp"
#include "observe/event_writer.hpp"
#include "observe/find_child.hpp"
#include "observe/letter_book.hpp"
#include "observe/observer_context.hpp"
#include "observe/span_book.hpp"
#include "observe/type_totals.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/observe/cell_reports.hpp"
#include "troupe/observe/metrics.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/pool/pool_event.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/remote/node_options.hpp"
#include "troupe/supervision/supervision_event.hpp"

namespace troupe {

/// What an observer needs.
struct observer_setup {
  observer_options options;

  /// Name of this node.
  std::string name = {};

  /// Of the node; null without one.
  caf::actor membership = {};
  caf::actor directory = {};
  link_security security = link_security::loopback_only;
  node::link_reader links = {};

  /// Dead letters; null if somebody else gets them.
  std::shared_ptr<letter_book> letters = {};

  /// Spans, likewise.
  std::shared_ptr<span_book> spans = {};
};

/// Something that an observer does later. Sent to itself.
struct observer_errand {
  std::function<void()> run;
};

/// The actor behind `observer`, which documents what it accepts.
class observer_state : public std::enable_shared_from_this<observer_state> {
public:
  observer_state(caf::event_based_actor* self, observer_setup setup);

  caf::behavior make_behavior();

private:
  using time_point = caf::actor_clock::time_point;

  // -- what happens, in observer_state.cpp ------------------------------------

  void add(const observed_root& x);
  void down(const caf::down_msg& x);
  void take(const supervision_event& x);
  void take(const pool_event& x);
  void take(const node_event& x);
  void take(const directory_event& x);
  void note(observed_event x);
  void watch(const caf::actor& x);

  // -- questions, in observer_queries.cpp -------------------------------------

  caf::result<system_snapshot> snapshot(snapshot_query& query);
  void find_processes();
  void finish(node_snapshot& x, const std::string& under);
  caf::result<std::string> metrics(const std::string& node);
  caf::result<event_page> events(event_query& query);
  caf::result<letter_page> letters(event_query& query);
  caf::result<trace_page> spans(event_query& query);
  caf::result<quarantine_page> quarantine(const std::string& node);
  caf::result<flight_record> history(const std::string& node,
                                     const std::string& path);
  flight_record history(uint64_t actor) const;
  cell_reports report(const cell_query& query) const;

  /// Returns whether `node` is another one than this.
  bool is_elsewhere(const std::string& node) const;

  /// Has the observer of another node answer.
  template <class Result, class... Ts>
  caf::result<Result> pass_on(const std::string& node, caf::timespan timeout,
                              Ts&&... xs);

  template <class Result, class... Ts>
  void pass_on(caf::response_promise promise, const std::string& node,
               caf::timespan timeout, Ts&&... xs);

  caf::expected<caf::actor> observer_of(const std::string& node) const;

  // -- actions, in observer_actions.cpp ---------------------------------------

  /// An action under way.
  struct deed {
    observer_action what;
    /// Name of the node that asked, empty for this process.
    std::string who;
    caf::response_promise promise;
    time_point end;
  };

  using deed_ptr = std::shared_ptr<deed>;

  caf::result<action_outcome> act(observer_action& x);
  void decide(observer_action& x, bool is_own, const std::string& who,
              caf::response_promise& promise);
  void perform(const deed_ptr& x);
  void perform(const deed_ptr& x, const found_child& target);
  void drain(const deed_ptr& x, const found_child& target);
  void spawn(const deed_ptr& x);
  void done(const deed_ptr& x, std::string text);
  void failed(const deed_ptr& x, caf::error why);
  caf::timespan time_left(const deed& x) const;

  caf::event_based_actor* self_;
  observer_setup setup_;
  observer_context world_;
  event_log events_;
  std::unique_ptr<event_writer> writer_;
  observer_counts counts_;
  type_totals totals_;
  busy_meter busy_;
  std::vector<caf::actor> watchers_;

  /// What became of children, by path.
  struct record {
    uint64_t failures = 0;
    uint64_t restarts = 0;
  };

  std::unordered_map<std::string, record> records_;

  /// Has the actors that were started by `spawn`; null before.
  caf::actor spawned_;
  uint64_t last_spawned_ = 0;
};

template <class Result, class... Ts>
caf::result<Result> observer_state::pass_on(const std::string& node,
                                            caf::timespan timeout, Ts&&... xs) {
  auto promise = self_->make_response_promise();
  pass_on<Result>(promise, node, timeout, std::forward<Ts>(xs)...);
  return promise;
}

template <class Result, class... Ts>
void observer_state::pass_on(caf::response_promise promise,
                             const std::string& node, caf::timespan timeout,
                             Ts&&... xs) {
  auto to = observer_of(node);
  if (!to) {
    promise.deliver(std::move(to.error()));
    return;
  }
  self_->request(*to, timeout, std::forward<Ts>(xs)...)
      .then([promise](Result& x) mutable { promise.deliver(std::move(x)); },
            [promise](caf::error& why) mutable {
              promise.deliver(std::move(why));
            });
}

/// Starts an `observer_state`.
caf::behavior observer_actor(caf::event_based_actor* self,
                             observer_setup setup);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::observer_errand)
