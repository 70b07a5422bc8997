// SPDX-License-Identifier: Apache-2.0

#include "process/worker_host.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>
#include <variant>

#include <unistd.h>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/send.hpp"

#include "process/death_text.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// What cannot be written is lost: a full disk is no reason to end.
void write_line(std::string text) {
  text += '\n';
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

/// Opens the same file even if another one has its name by now.
constexpr auto this_program = "/proc/self/exe";

/// Copies a text into a field of the page.
template <size_t Size>
void put(char (&field)[Size], const std::string& text) {
  std::strncpy(field, text.c_str(), Size - 1);
}

caf::error closing_error() {
  return make_error(errc::no_process_host, "the process host is closing");
}

} // namespace

worker_host::worker_host(caf::actor_config& cfg, worker_host_setup setup)
    : event_based_actor(cfg),
      setup_(std::move(setup)),
      crew_(setup_.options.prestarted, setup_.options.join_timeout) {
  set_exit_handler([this](const caf::exit_msg& x) { close(x.reason); });
  set_down_handler([this](const caf::down_msg& x) { owner_down(x.source); });
  set_error_handler([](caf::error&) {});
}

const char* worker_host::name() const {
  return "troupe.worker_host";
}

caf::behavior worker_host::make_behavior() {
  return {
      [this](host_open) {
        crew_.begin(clock().now());
        perform();
      },
      [this](worker_claim& x) { claimed(x); },
      [this](const worker_signal& x) {
        setup_.keeper->signal(x.worker, x.number);
      },
      [this](const process_started& x) { workers_.at(x.worker).pid = x.pid; },
      [this](const process_failed& x) { ended(x.worker, x.why); },
      [this](process_wrote& x) { wrote(x); },
      [this](const process_ended& x) { ended(x); },
      [this](worker_joined& x) { joined(x); },
      [this](list_workers) { return list(); },
      [this](crew_due) {
        armed_.reset();
        crew_.tick(clock().now());
        perform();
      },
  };
}

void worker_host::on_exit() {
  // Kills what is left.
  setup_.keeper.reset();
}

// -- what happens -------------------------------------------------------------

void worker_host::claimed(worker_claim& x) {
  if (closing_) {
    send(x.who, claim_refused{closing_error()});
    return;
  }
  auto id = ++last_claim_;
  monitor(x.who);
  auto program = x.program;
  claims_.emplace(id, std::move(x));
  crew_.claim(id, std::move(program), clock().now());
  perform();
}

void worker_host::wrote(process_wrote& x) {
  auto& found = workers_.at(x.worker);
  process_output line{.pid = found.pid, .from = x.from, .line = {}};
  if (found.owner) {
    line.child = found.owner->child;
    line.generation = found.owner->generation;
  }
  auto pass_on = [&](std::string text) {
    line.line = std::move(text);
    if (setup_.options.output_watchers.empty())
      write_line(describe(line));
    for (auto& watcher : setup_.options.output_watchers)
      send(watcher, line);
  };
  if (auto dropped = setup_.gate->leave())
    pass_on(fmt::format("({} lines were dropped)", dropped));
  found.last_line = x.line;
  pass_on(std::move(x.line));
}

worker_list worker_host::list() const {
  worker_list result;
  for (auto& [key, x] : workers_) {
    if (x.pid == 0)
      continue;
    result.workers.push_back({x.pid, {}, 0, 0});
    if (x.owner) {
      auto& entry = result.workers.back();
      entry.child = x.owner->child;
      entry.generation = x.owner->generation;
      entry.stand_in = x.owner->who.id();
    }
  }
  return result;
}

void worker_host::joined(worker_joined& x) {
  auto i = names_.find(x.name);
  if (i == names_.end())
    return;
  workers_.at(i->second).seat = std::move(x.seat);
  crew_.joined(i->second, clock().now());
  perform();
}

void worker_host::ended(const process_ended& x) {
  auto& found = workers_.at(x.worker);
  if (auto& owner = found.owner) {
    send(owner->who, worker_ended{x.how});
    demonitor(owner->who);
  }
  auto why = fmt::format("a worker process {} before it had joined{}",
                         describe(x.how), found.last_line.empty() ? "" : ": ")
             + found.last_line;
  ended(x.worker, make_error(errc::worker_not_joined, std::move(why)));
}

void worker_host::ended(uint64_t key, const caf::error& why) {
  auto i = workers_.find(key);
  names_.erase((*i->second.page)->name);
  workers_.erase(i);
  crew_.ended(key, why, clock().now());
  perform();
  quit_if_closed();
}

void worker_host::owner_down(const caf::actor_addr& who) {
  for (auto& [key, x] : workers_)
    if (x.owner && x.owner->who == who) {
      // It has not seen to that itself.
      x.owner.reset();
      setup_.keeper->signal(key, SIGKILL);
      return;
    }
  for (auto i = claims_.begin(); i != claims_.end(); ++i)
    if (i->second.who == who) {
      crew_.withdraw(i->first, clock().now());
      claims_.erase(i);
      break;
    }
  perform();
}

void worker_host::close(const caf::error& reason) {
  if (closing_)
    return;
  closing_ = reason;
  for (auto& kvp : std::exchange(claims_, {}))
    send(kvp.second.who, claim_refused{closing_error()});
  for (auto& kvp : workers_)
    setup_.keeper->signal(kvp.first, SIGKILL);
  quit_if_closed();
}

void worker_host::quit_if_closed() {
  if (closing_ && workers_.empty())
    quit(*closing_);
}

// -- what is to be done -------------------------------------------------------

void worker_host::perform() {
  if (closing_)
    return;
  while (auto action = crew_.next())
    std::visit([this](auto& x) { carry_out(x); }, *action);
  setup_.ready->store(crew_.ready());
  auto due = crew_.next_deadline();
  if (!due || (armed_ && *armed_ <= *due))
    return;
  armed_ = due;
  delayed_send(this, std::max(*due - clock().now(), caf::timespan{0}),
               crew_due{});
}

void worker_host::carry_out(const start_worker_process& x) {
  auto page = shared_page::make();
  if (!page) {
    crew_.ended(x.worker, page.error(), clock().now());
    return;
  }
  auto name = fmt::format("worker-{}-{}", getpid(), x.worker);
  auto& fields = ***page;
  fields.parent_pid = getpid();
  fields.threads = setup_.options.threads;
  fields.max_message_bytes = setup_.options.max_message_bytes;
  fields.join_timeout_ns = setup_.options.join_timeout.count();
  put(fields.address, setup_.address);
  put(fields.token, setup_.token);
  put(fields.name, name);
  names_.emplace(name, x.worker);
  workers_.emplace(x.worker, member{.page = *page});
  auto program = x.program.value_or(this_program);
  setup_.keeper->start(
      x.worker,
      {.program = program,
       .line = {x.program ? program : program_invocation_name, worker_argument},
       .page = std::move(*page)});
}

void worker_host::carry_out(const give_worker_process& x) {
  auto claim = claims_.extract(x.claim);
  auto& found = workers_.at(x.worker);
  found.owner = std::move(claim.mapped());
  send(found.owner->who,
       worker_given{x.worker, found.pid, found.page, found.seat});
}

void worker_host::carry_out(const refuse_claim& x) {
  auto claim = claims_.extract(x.claim);
  demonitor(claim.mapped().who);
  send(claim.mapped().who, claim_refused{x.why});
}

void worker_host::carry_out(const kill_worker_process& x) {
  setup_.keeper->signal(x.worker, SIGKILL);
}

} // namespace troupe
