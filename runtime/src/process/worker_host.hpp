// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"

#include "process/crew.hpp"
#include "process/host_messages.hpp"
#include "process/output_gate.hpp"
#include "process/process_keeper.hpp"
#include "process/worker_page.hpp"
#include "troupe/process/process_host.hpp"

namespace troupe {

/// What a `worker_host` needs.
struct worker_host_setup {
  process_host_options options;

  /// Of the socket on which workers join, and what they must show there.
  std::string address;
  std::string token;

  std::shared_ptr<process_keeper> keeper;
  std::shared_ptr<output_gate> gate;

  /// Is kept at the number of workers that are ready.
  std::shared_ptr<std::atomic<size_t>> ready;
};

/// Has the worker processes: starts them, gives them to stand-ins, and tells
/// those how their processes ended. Carries out what a `crew` decides.
///
/// Told to exit, it kills all processes and waits for their ends.
class worker_host : public caf::event_based_actor {
public:
  worker_host(caf::actor_config& cfg, worker_host_setup setup);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

  void on_exit() override;

private:
  /// A worker process.
  struct member {
    std::shared_ptr<shared_page> page;
    int64_t pid = 0;
    caf::strong_actor_ptr seat = {};
    /// Whom it was given to.
    std::optional<worker_claim> owner = {};
    /// The last line that it wrote, for who wants to know why it ended.
    std::string last_line = {};
  };

  void claimed(worker_claim& x);
  void wrote(process_wrote& x);
  worker_list list() const;
  void joined(worker_joined& x);
  void ended(uint64_t key, const caf::error& why);
  void ended(const process_ended& x);
  void owner_down(const caf::actor_addr& who);
  void close(const caf::error& reason);
  void quit_if_closed();

  void perform();
  void carry_out(const start_worker_process& x);
  void carry_out(const give_worker_process& x);
  void carry_out(const refuse_claim& x);
  void carry_out(const kill_worker_process& x);

  worker_host_setup setup_;
  crew crew_;
  std::map<uint64_t, member> workers_;
  std::map<std::string, uint64_t> names_;
  std::map<uint64_t, worker_claim> claims_;
  uint64_t last_claim_ = 0;
  std::optional<crew::time_point> armed_;
  std::optional<caf::error> closing_;
};

} // namespace troupe
