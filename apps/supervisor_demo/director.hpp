// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/atom.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/response_promise.hpp"
#include "caf/timespan.hpp"

#include "fault.hpp"
#include "ledger.hpp"
#include "picture.hpp"
#include "screen.hpp"
#include "tree.hpp"

namespace demo {

using run_atom = caf::atom_constant<caf::atom("run")>;
using key_atom = caf::atom_constant<caf::atom("key")>;
using give_up_atom = caf::atom_constant<caf::atom("give_up")>;

/// What a director is to do.
struct assignment {
  uint64_t limit = 0;
  size_t pieces = 0;
  uint64_t seed = 0;
  schedule faults = {};
  caf::timespan deadline = std::chrono::minutes{2};
  screen::mode view = screen::mode::lines;
  home where = {};
  /// Is told of the tree; null if nobody looks.
  caf::actor observer = {};
  /// Whether the tree stays up after the answer.
  bool stays = false;
};

/// Starts the tree, hands out the work, makes workers fail as the schedule
/// says, and sums up. A piece of work whose worker is gone for good is handed
/// out again.
///
/// | accepts            | replies                                            |
/// |--------------------|----------------------------------------------------|
/// | `(run_atom)`       | `summary`, as soon as the answer is there or the   |
/// |                    | deadline has passed; not before if the tree stays  |
/// | `(key_atom, char)` | nothing; makes any worker fail                     |
/// | `(give_up_atom)`   | nothing; ends the run at once                      |
///
/// Ends after the reply, when all supervisors and workers have ended.
class director : public caf::event_based_actor {
public:
  director(caf::actor_config& cfg, assignment what);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

private:
  /// A worker as the director knows it.
  struct post {
    std::string group;
    std::string id;
    /// Null while the director looks for it.
    caf::actor handle = {};
    size_t open = 0;
    bool counts = false;
    /// Faults that wait for the handle.
    std::vector<fault_kind> due = {};
  };

  void begin();

  void find(post& x);

  void look_again(const std::string& id);

  void feed(post& x);

  void answered(post& x, size_t piece, uint64_t primes);

  void inject_due();

  void inject(fault_kind kind, post& x);

  void look_at_tree();

  /// To be called when all may be done.
  void finish_if_complete();

  void finish();

  assignment what_;
  ledger ledger_;
  screen screen_;
  picture picture_;
  std::mt19937_64 random_;
  std::map<std::string, post> posts_;
  size_t next_fault_ = 0;
  size_t poisons_ = 0;
  caf::actor root_;
  caf::response_promise promise_;
  bool finished_ = false;
};

} // namespace demo

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(demo::summary)
