// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/process_output.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

#include "runtime/process/buffer_victim.hpp"
#include "runtime/process/victim.hpp"
#include "support/eventually.hpp"

namespace troupe::test {

using namespace std::chrono_literals;

/// Lines that an actor was told, for another thread to look at.
class line_log {
public:
  void add(std::string x) {
    std::lock_guard guard{mtx_};
    lines_.push_back(std::move(x));
  }

  /// Waits for a line with `part` in it, and returns it.
  std::string with(const std::string& part) {
    std::string result;
    EXPECT_TRUE(eventually(30s,
                           [&] {
                             std::lock_guard guard{mtx_};
                             for (auto& x : lines_)
                               if (x.find(part) != std::string::npos)
                                 result = x;
                             return !result.empty();
                           }))
        << "no line with " << part << " among\n"
        << all();
    return result;
  }

  std::string all() {
    std::lock_guard guard{mtx_};
    std::string result;
    for (auto& x : lines_)
      result += x + "\n";
    return result;
  }

private:
  std::mutex mtx_;
  std::vector<std::string> lines_;
};

/// A system with a process host and a supervisor.
class process_test : public testing::Test {
protected:
  process_test() {
    add_victims(cfg_);
    add_cruncher(cfg_);
    cfg_.threads(2);
    sys_.emplace(cfg_);
    self_.emplace(*sys_);
    watcher_ = sys_->spawn([log = events]() -> caf::behavior {
      return {[log](const supervision_event& x) { log->add(describe(x)); }};
    });
    listener_ = sys_->spawn([log = output]() -> caf::behavior {
      return {[log](const process_output& x) { log->add(describe(x)); }};
    });
  }

  ~process_test() override {
    if (supervisor_)
      stop_all();
    host.reset();
    for (auto& x : {watcher_, listener_})
      self()->send_exit(x, caf::exit_reason::user_shutdown);
    self_.reset();
  }

  void open_host(process_host_options options = {}) {
    options.output_watchers.push_back(listener_);
    auto opened = process_host::open(*sys_, std::move(options));
    ASSERT_TRUE(opened) << describe(opened.error());
    host.emplace(std::move(*opened));
  }

  /// Starts a supervisor with one child, and returns the child's handle.
  /// Returns nothing if the child does not start, see `start_error`.
  caf::actor supervise(child_spec spec) {
    if (!host)
      open_host();
    auto id = spec.id;
    // The first start may have to wait for a busy machine.
    if (!spec.start_timeout)
      spec.start_timeout = 60s;
    supervisor_ = spawn(*sys_, supervisor,
                        supervisor_spec{.children = {std::move(spec)},
                                        .intensity = restart_intensity{20, 10s},
                                        .watchers = {watcher_}});
    caf::actor result;
    self()
        ->request(supervisor_, 60s, child_atom_v, id)
        .receive([&](caf::actor& x) { result = std::move(x); },
                 [](const caf::error&) {});
    auto failed = [this](const caf::error&) {
      self()->monitor(supervisor_);
      self()->receive(
          [this](const caf::down_msg& x) { start_error = describe(x.reason); },
          caf::after(60s) >> [] { FAIL() << "neither up nor down"; });
      supervisor_ = nullptr;
    };
    self()->request(supervisor_, 60s, ready_atom_v).receive([] {}, failed);
    return supervisor_ ? result : caf::actor{};
  }

  caf::actor start(process_options options = {}) {
    return supervise(
        {.id = "victim", .start = process(std::move(options), "victim")});
  }

  /// Returns the answer, or `error: ` and its text.
  std::string ask(const caf::actor& x, const std::string& what) {
    std::string result;
    self()
        ->request(x, 60s, what)
        .receive(
            [&](std::string& answer) { result = std::move(answer); },
            [&](const caf::error& why) { result = "error: " + describe(why); });
    return result;
  }

  pid_t pid_of(const caf::actor& x) {
    return std::atoi(ask(x, "pid").c_str());
  }

  /// Stops the child and returns how that took.
  std::chrono::milliseconds stop_child(const std::string& id = "victim") {
    auto begin = std::chrono::steady_clock::now();
    self()
        ->request(supervisor_, 60s, stop_atom_v, id)
        .receive([] {}, [](const caf::error& x) { FAIL() << describe(x); });
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
  }

  std::vector<child_info> children() {
    std::vector<child_info> result;
    self()
        ->request(supervisor_, 60s, children_atom_v)
        .receive([&](std::vector<child_info>& xs) { result = std::move(xs); },
                 [](const caf::error& x) { FAIL() << describe(x); });
    return result;
  }

  /// Waits until the child is in the middle of a message.
  void await_busy() {
    EXPECT_TRUE(eventually(
        30s, [&] { return children().front().busy_for.value_or(0ns) > 50ms; }));
  }

  void stop_all() {
    self()->monitor(supervisor_);
    self()->send_exit(supervisor_, caf::exit_reason::user_shutdown);
    auto down = false;
    self()->receive([&](const caf::down_msg&) { down = true; },
                    caf::after(60s) >> [] {});
    EXPECT_TRUE(down) << "does not shut down";
    supervisor_ = nullptr;
  }

  caf::scoped_actor& self() {
    return *self_;
  }

  std::optional<process_host> host;
  std::string start_error;
  std::shared_ptr<line_log> events = std::make_shared<line_log>();
  std::shared_ptr<line_log> output = std::make_shared<line_log>();

private:
  config cfg_;
  std::optional<caf::actor_system> sys_;
  std::optional<caf::scoped_actor> self_;
  caf::actor watcher_;
  caf::actor listener_;
  caf::actor supervisor_;
};

} // namespace troupe::test
