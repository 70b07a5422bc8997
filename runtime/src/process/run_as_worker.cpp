// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/run_as_worker.hpp"

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>

#include <sys/prctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"

#include "link/endpoint.hpp"
#include "link/hub.hpp"
#include "process/host_messages.hpp"
#include "process/worker_page.hpp"
#include "process/worker_seat.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe {

namespace {

constexpr auto farewell_timeout = std::chrono::seconds{1};

constexpr auto max_unsent_bytes = uint64_t{1} << 40;

/// A parent that is silent may have been stopped by a debugger. Of its death
/// the kernel tells.
constexpr auto patience = std::chrono::hours{24};

/// Lets the main thread wait for the end of the work.
class end_of_work {
public:
  void reach() {
    {
      std::lock_guard guard{mtx_};
      reached_ = true;
    }
    changed_.notify_all();
  }

  void wait() {
    std::unique_lock guard{mtx_};
    changed_.wait(guard, [this] { return reached_; });
  }

private:
  std::mutex mtx_;
  std::condition_variable changed_;
  bool reached_ = false;
};

/// Ends the process without waiting for whatever else the actor has started.
[[noreturn]] void leave(int code) {
  std::fflush(nullptr);
  std::_Exit(code);
}

/// Sees to it that this process does not outlive its parent.
/// @returns whether the parent is still there.
bool follow_parent(pid_t parent) {
  return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

int refuse(const caf::error& why) {
  fmt::print(stderr, "{}\n", describe(why));
  std::fflush(stderr);
  return EXIT_FAILURE;
}

int work(caf::actor_system_config& cfg, std::shared_ptr<shared_page> page) {
  cfg.set("scheduler.max-threads", static_cast<size_t>((*page)->threads));
  caf::actor_system sys{cfg};
  auto end = std::make_shared<end_of_work>();
  // A cell, so that traces go through it.
  caf::actor_config seat_cfg;
  auto seat = detail::launch_cell<worker_seat, caf::hidden>(
      sys, seat_cfg, cell_options{.history = 0}, [](auto&) {}, page,
      [end] { end->reach(); });
  sys.registry().put(seat->id(), seat);
  sys.registry().put(span_listener, seat);
  identity own{.name = (*page)->name,
               .id = sys.node(),
               .workers = 1,
               .max_message_bytes = (*page)->max_message_bytes,
               .type_table = type_table_hash(cfg),
               .services = {{seat_service, seat->id()}},
               .token = (*page)->token};
  auto links = std::make_shared<hub>(
      sys, std::move(own),
      hub_options{.max_message_bytes = (*page)->max_message_bytes,
                  .max_unsent_bytes = max_unsent_bytes,
                  .detection = {.lost_within = patience},
                  .buffers = buffer_way::files},
      [](hub&, const identity&, peer_change how, const std::string&) {
        if (how == peer_change::lost || how == peer_change::left)
          leave(EXIT_FAILURE);
      });
  auto opened = endpoint::open(links, std::nullopt);
  if (!opened)
    leave(refuse(opened.error()));
  auto timeout = caf::timespan{(*page)->join_timeout_ns};
  if (auto err = (*opened)->dial((*page)->address, timeout))
    leave(refuse(err));
  end->wait();
  (*opened)->close(farewell_timeout);
  leave(EXIT_SUCCESS);
}

} // namespace

std::optional<int> run_as_worker(caf::actor_system_config& cfg, int argc,
                                 const char* const* argv) {
  if (argc != 2 || std::string_view{argv[1]} != worker_argument)
    return std::nullopt;
  auto page = shared_page::open(worker_page::descriptor);
  if (page == nullptr)
    return refuse(make_error(errc::worker_not_joined,
                             "only a troupe program starts a worker process"));
  if (!follow_parent(static_cast<pid_t>((*page)->parent_pid)))
    return EXIT_FAILURE;
  // Lines that were written before the process dies should be seen.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  return work(cfg, std::move(page));
}

} // namespace troupe
