// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/config.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/remote/node.hpp"

#include "common/crew_options.hpp"
#include "common/exit_code.hpp"
#include "common/interruption.hpp"
#include "common/local_workers.hpp"
#include "common/progress.hpp"

namespace app {

/// A pool with workers of one kind wherever the command line wants them, and
/// what these take: an actor system, worker processes, a node.
///
/// The destructor tells all of them to stop and waits for that; work that is
/// under way is not waited for longer than a few seconds, see
/// `exit_at_the_latest`.
class workshop {
public:
  /// @param who from the command line
  /// @param stop outlives this object
  workshop(crew_options who, interruption& stop);

  workshop(const workshop&) = delete;
  workshop& operator=(const workshop&) = delete;

  ~workshop();

  /// Starts the workers, and waits until they are there. `f` is what stands
  /// behind the type's name in `troupe::add_actor_types`.
  /// @returns `ok`, or what to exit with after a line on standard error.
  template <class F>
  exit_code open(std::string type, F f) {
    auto local = local_workers(who_, type, std::move(f));
    return open(std::move(type), std::move(local));
  }

  exit_code open(std::string type, std::vector<troupe::starter> local);

  caf::actor_system& system() noexcept {
    return *sys_;
  }

  /// Gets the pool's and the nodes' events, which `note` handles.
  caf::scoped_actor& self() noexcept {
    return *self_;
  }

  const caf::actor& pool() const noexcept {
    return pool_;
  }

  interruption& stop() noexcept {
    return stop_;
  }

  progress_bar& bar() noexcept {
    return bar_;
  }

  /// Returns whether workers compute on the scheduler of this process, where an
  /// actor waits for a worker's present call whenever all cores compute.
  bool computes_here() const noexcept {
    return who_.isolation == troupe::isolation::pooled;
  }

  /// Returns whether other nodes may take part.
  bool is_networked() const noexcept {
    return node_.has_value();
  }

  void note(const troupe::pool_event& x);
  void note(const troupe::node_event& x);

  /// Returns how many workers are ready.
  size_t ready() const noexcept {
    return ready_.size();
  }

  /// Returns what became of the workers so far.
  troupe::pool_stats stats();

private:
  /// Waits for the workers of this process, or for the first one of another.
  exit_code gather();

  crew_options who_;
  interruption& stop_;
  troupe::config cfg_;
  std::optional<caf::actor_system> sys_;
  std::optional<troupe::process_host> processes_;
  std::optional<troupe::node> node_;
  std::optional<caf::scoped_actor> self_;
  caf::actor pool_;
  caf::actor crew_;
  progress_bar bar_;
  std::set<size_t> ready_;
  std::set<size_t> given_up_;
  std::string latest_loss_;
};

} // namespace app
