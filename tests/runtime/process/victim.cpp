// SPDX-License-Identifier: Apache-2.0

#include "runtime/process/victim.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "caf/event_based_actor.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"
#include "caf/stateful_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/supervision/child_context.hpp"

namespace troupe::test {

namespace {

struct victim_state {
  std::vector<int64_t> numbers;
  caf::response_promise promise;

  ~victim_state() {
    std::puts("bye");
  }
};

using victim_actor = caf::stateful_actor<victim_state>;

/// Takes memory in pieces that are really used.
void hog() {
  constexpr size_t piece = size_t{8} << 20;
  std::vector<std::unique_ptr<char[]>> pieces;
  for (;;) {
    pieces.push_back(std::make_unique<char[]>(piece));
    std::memset(pieces.back().get(), 1, piece);
  }
}

[[noreturn]] void burn() {
  std::atomic<uint64_t> x = 0;
  for (;;)
    x.fetch_add(1);
}

size_t open_files() {
  std::vector<int> files;
  for (int fd; (fd = open("/dev/null", O_RDONLY)) >= 0;)
    files.push_back(fd);
  for (auto fd : files)
    close(fd);
  return files.size();
}

size_t cores() {
  cpu_set_t all;
  sched_getaffinity(0, sizeof(all), &all);
  return static_cast<size_t>(CPU_COUNT(&all));
}

caf::result<std::string> obey(victim_actor* self, const std::string& what) {
  if (what == "pid")
    return std::to_string(getpid());
  if (what == "segv")
    raise(SIGSEGV);
  if (what == "abort")
    std::abort();
  if (what == "exit")
    std::_Exit(3);
  if (what == "throw")
    throw std::runtime_error{"out of tea"};
  if (what == "quit")
    self->quit();
  if (what == "hog")
    hog();
  if (what == "burn deaf")
    signal(SIGTERM, SIG_IGN);
  if (what.starts_with("burn"))
    burn();
  if (what == "print") {
    std::puts("to out");
    std::fputs("to err\n", stderr);
  }
  if (what == "files")
    return std::to_string(open_files());
  if (what == "nice")
    return std::to_string(getpriority(PRIO_PROCESS, 0));
  if (what == "cores")
    return std::to_string(cores());
  if (what == "later") {
    self->state.promise = self->make_response_promise();
    return self->state.promise;
  }
  if (what == "now" && self->state.promise.pending())
    self->state.promise.deliver(std::string{"later"});
  if (what == "save")
    static_cast<void>(checkpoint(self, self->state.numbers));
  if (what == "save too much")
    return describe(checkpoint(self, std::string(size_t{1} << 21, 'x')));
  if (what == "wait") {
    cancel_token cancel{self};
    while (!cancel.requested())
      ; // nop
    return std::string{"cancelled"};
  }
  if (what == "sum") {
    std::string result;
    for (auto x : self->state.numbers)
      result += std::to_string(x) + " ";
    return result;
  }
  return what;
}

caf::behavior victim(victim_actor* self) {
  if (auto left = last_checkpoint(self);
      left.match_elements<std::vector<int64_t>>())
    self->state.numbers = left.get_as<std::vector<int64_t>>(0);
  return {
      [self](const std::string& what) { return obey(self, what); },
      [self](int64_t x) { self->state.numbers.push_back(x); },
      [self](int64_t x, int64_t y) {
        self->send(caf::actor_cast<caf::actor>(self->current_sender()), x * y);
      },
  };
}

caf::behavior stillborn(caf::event_based_actor*) {
  throw std::runtime_error{"no tea at all"};
}

} // namespace

void add_victims(config& cfg) {
  cfg.add_message_type<std::vector<int64_t>>("test::numbers");
  cfg.add_actor_type("victim", victim);
  cfg.add_actor_type("stillborn", stillborn);
}

starter pooled_victim() {
  return pooled(victim);
}

} // namespace troupe::test
