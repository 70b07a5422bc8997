// SPDX-License-Identifier: Apache-2.0

// Tasks of which one in a hundred crashes its worker process: all others are
// answered right, each crash is reported with its cause, and what the run took
// is given back.
//
// Usage: crash_run [TASKS [WORKERS]]
// Exits with 1 if any of that is not so.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "port/process_usage.hpp"
#include "support/eventually.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/pool/map.hpp"
#include "troupe/pool/mapper.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/run_as_worker.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s;
constexpr auto time_limit = 30min;

caf::behavior tripler(caf::event_based_actor* self) {
  return mapper(self, [](int64_t x) {
    if (x < 0)
      std::abort();
    return 3 * x;
  });
}

struct run_config : config {
  run_config() {
    add_actor_type("tripler", tripler);
  }
};

/// What the program holds.
struct holdings {
  uint64_t resident_bytes;
  size_t descriptors;

  static holdings now() {
    namespace fs = std::filesystem;
    auto usage = port::usage_of(getpid());
    return {usage ? usage->resident_bytes : 0,
            static_cast<size_t>(
                std::distance(fs::directory_iterator{"/proc/self/fd"},
                              fs::directory_iterator{}))};
  }
};

class run {
public:
  explicit run(size_t workers) : workers_(workers) {
    if (auto opened = process_host::open(sys_, {.prestarted = workers}))
      processes_.emplace(std::move(*opened));
    pool_options options{.workers =
                             std::vector<starter>(workers, process("tripler")),
                         .max_attempts = 1,
                         .intensity = {.restarts = 1'000'000, .period = 1h},
                         .restart_delay = {.first = 1ms, .cap = 1ms},
                         .start_timeout = patience};
    crowd_ = sys_.spawn<pool>(std::move(options));
  }

  ~run() {
    self_->send_exit(crowd_, caf::exit_reason::user_shutdown);
    self_->wait_for(crowd_);
  }

  /// Has so many tasks done.
  /// @returns how many answers were wrong, or missing.
  size_t perform(size_t tasks) {
    std::vector<int64_t> inputs(tasks);
    for (size_t i = 0; i < tasks; ++i)
      inputs[i] = i % 100 == 50 ? -1 : static_cast<int64_t>(i);
    auto got = map_all<int64_t>(sys_, crowd_, inputs, time_limit);
    if (!got) {
      fmt::print("{}\n", describe(got.error()));
      return tasks;
    }
    std::vector<bool> failed(tasks);
    size_t wrong = 0;
    for (auto& x : got->failures) {
      failed[x.index] = true;
      auto text = describe(x.reason);
      auto right = inputs[x.index] < 0 && x.reason == errc::worker_lost
                   && text.find("SIGABRT") != std::string::npos;
      if (!right && ++wrong < 10)
        fmt::print("task {}: {}\n", x.index, text);
      causes_ += right;
    }
    for (size_t i = 0; i < tasks; ++i)
      wrong += inputs[i] < 0 ? !failed[i]
                             : failed[i] || got->results[i] != 3 * inputs[i];
    return wrong;
  }

  /// Waits until all workers are up and as many are ready.
  bool settle(size_t most_descriptors) {
    return eventually(patience, [&] {
      return stats().workers == workers_ && processes_->ready() == workers_
             && holdings::now().descriptors <= most_descriptors;
    });
  }

  pool_stats stats() {
    pool_stats result;
    self_->request(crowd_, patience, stats_atom_v)
        .receive([&](pool_stats& x) { result = std::move(x); },
                 [](const caf::error&) {});
    return result;
  }

  size_t causes() const {
    return causes_;
  }

private:
  size_t workers_;
  run_config cfg_;
  caf::actor_system sys_{cfg_};
  std::optional<process_host> processes_;
  caf::scoped_actor self_{sys_};
  caf::actor crowd_;
  size_t causes_ = 0;
};

int crash_run(size_t tasks, size_t workers) {
  // A crash is no news here, and no reason for a core file.
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  run x{workers};
  // What is kept for further use is there after the first tasks.
  auto wrong = x.perform(std::min<size_t>(tasks, 1'000));
  auto reached = x.settle(SIZE_MAX);
  auto before = holdings::now();
  auto first_causes = x.causes();
  auto begin = std::chrono::steady_clock::now();
  wrong += x.perform(tasks);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  reached = x.settle(before.descriptors) && reached;
  auto after = holdings::now();
  auto crashes = x.causes() - first_causes;
  fmt::print("{} tasks in {:.1f} s: {} wrong, {} crashes reported with cause, "
             "{:.1f} ms for each\n",
             tasks, took.count(), wrong, crashes,
             took.count() * 1e3
                 / static_cast<double>(std::max<size_t>(crashes, 1)));
  fmt::print("resident: {:.1f} MiB before, {:.1f} MiB after; descriptors: {} "
             "before, {} after\n",
             static_cast<double>(before.resident_bytes) / (1 << 20),
             static_cast<double>(after.resident_bytes) / (1 << 20),
             before.descriptors, after.descriptors);
  // The allocator may keep some pages more.
  auto grown =
      after.resident_bytes > before.resident_bytes + before.resident_bytes / 4;
  if (!reached || grown)
    fmt::print("the run left something behind\n");
  return wrong > 0 || crashes == 0 || !reached || grown ? 1 : 0;
}

} // namespace
} // namespace troupe::test

int main(int argc, char** argv) {
  {
    troupe::test::run_config cfg;
    if (auto code = troupe::run_as_worker(cfg, argc, argv))
      return *code;
  }
  auto number = [&](int i, size_t otherwise) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise;
  };
  return troupe::test::crash_run(number(1, 100'000), number(2, 2));
}
