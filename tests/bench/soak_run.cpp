// SPDX-License-Identifier: Apache-2.0

// Two nodes in two processes, all cores computing in both, and as much traffic
// between them as goes: neither may take the other for gone. Then one of them
// is stopped, and that must be found.
//
// Usage: soak_run [SECONDS [stop]]
// Ends at the first false alarm. Exits with 1 after one, without traffic, or if
// a stopped node is not found; with 2 if called otherwise.

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "support/eventually.hpp"
#include "support/process.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/stop_signal.hpp"
#include "troupe/config.hpp"
#include "troupe/location/directory.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/spawn.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 30s;

[[noreturn]] void give_up(const std::string& why) {
  fmt::print("{}\n", why);
  std::_Exit(1);
}

/// What a node was told of the other one.
struct news {
  std::atomic<uint64_t> suspected = 0;
  std::atomic<uint64_t> lost = 0;
  std::atomic<uint64_t> messages = 0;
  std::atomic<uint64_t> bytes = 0;
};

/// Computes without a pause.
caf::behavior burner(caf::event_based_actor* self) {
  self->send(self, caf::tick_atom_v);
  return {[self](caf::tick_atom) {
    for (auto end = clock::now() + 5ms; clock::now() < end;)
      ; // that is all
    self->send(self, caf::tick_atom_v);
  }};
}

caf::behavior sink() {
  return {[](const std::string&) {}, [](const std::vector<char>&) {},
          [](int32_t x) { return x; }};
}

/// Sends one batch of messages after another.
caf::behavior source(caf::event_based_actor* self, news* x, caf::actor to,
                     caf::message what, uint64_t bytes, int32_t batch) {
  self->send(self, caf::tick_atom_v);
  return {[=](caf::tick_atom) {
    for (int32_t i = 0; i < batch; ++i)
      self->send(to, what);
    self->request(to, caf::infinite, batch).then([=](int32_t n) {
      x->messages += static_cast<uint64_t>(n);
      x->bytes += static_cast<uint64_t>(n) * bytes;
      self->send(self, caf::tick_atom_v);
    });
  }};
}

caf::behavior watcher(caf::event_based_actor*, news* x) {
  return {[x](const node_event& event) {
    x->suspected += event.state == node_state::suspected;
    x->lost += event.state == node_state::lost;
  }};
}

/// A node that computes on all cores, and takes notes, until its process ends.
class busy_node {
public:
  explicit busy_node(node_options options) {
    auto opened = node::open(sys, std::move(options));
    if (!opened)
      give_up(describe(opened.error()));
    own.emplace(std::move(*opened));
    caf::anon_send(own->membership(), watch_atom_v,
                   sys.spawn<caf::detached>(watcher, &heard));
    for (size_t i = 0; i < usable_cores(); ++i)
      spawn(sys, burner);
  }

  news heard;
  config cfg;
  caf::actor_system sys{cfg};
  std::optional<node> own;
};

[[noreturn]] void far() {
  stop_signal stop;
  busy_node x{{.name = "far", .listen = "127.0.0.1:0"}};
  auto target = spawn(x.sys, [] { return sink(); });
  caf::scoped_actor self{x.sys};
  self->request(x.own->directory(), patience, register_atom_v, "sink", target)
      .receive([] {}, [](const caf::error& e) { give_up(describe(e)); });
  fmt::print("port {}\n", x.own->port());
  std::fflush(stdout);
  stop.wait();
  fmt::print("false alarms {}\n", x.heard.suspected + x.heard.lost);
  std::fflush(stdout);
  // What still computes is of no interest.
  std::_Exit(0);
}

caf::actor find_sink(busy_node& x) {
  caf::actor result;
  caf::scoped_actor self{x.sys};
  auto found = eventually(patience, [&] {
    self->request(x.own->directory(), patience, lookup_atom_v, "sink@far")
        .receive([&](const caf::actor& y) { result = y; },
                 [](const caf::error&) {});
    return static_cast<bool>(result);
  });
  if (!found)
    give_up("the other node does not answer");
  return result;
}

/// Tells after how long a stopped node is suspected and lost.
/// @returns whether it was.
bool measure_stop(const news& x, const process& other) {
  auto begin = clock::now();
  kill(other.pid(), SIGSTOP);
  auto seconds = [&] {
    return std::chrono::duration<double>{clock::now() - begin}.count();
  };
  auto before = x.suspected.load();
  auto suspected = eventually(patience, [&] { return x.suspected > before; });
  auto first = seconds();
  auto lost = eventually(patience, [&] { return x.lost > 0; });
  fmt::print("stopped: suspected after {:.2f} s, lost after {:.2f} s\n", first,
             seconds());
  kill(other.pid(), SIGCONT);
  return suspected && lost;
}

enum class finish : uint8_t { leave = 1, stop };

[[noreturn]] void near(std::chrono::seconds length, finish how) {
  auto self_exe = std::filesystem::read_symlink("/proc/self/exe").string();
  process other{{.line = {self_exe, "--far"}}};
  auto line = other.line_with("port ", patience);
  if (!line)
    give_up("the other process does not start: " + other.err());
  auto port = line->substr(line->rfind(' ') + 1);
  port.resize(port.find_last_not_of('\n') + 1);
  busy_node x{{.name = "near", .join = {"127.0.0.1:" + port}}};
  auto to = find_sink(x);
  auto small = caf::make_message(std::string(64, 'x'));
  auto medium = caf::make_message(std::vector<char>(64 << 10, 'x'));
  spawn(x.sys, source, &x.heard, to, small, 64, 1'000);
  spawn(x.sys, source, &x.heard, to, medium, 64 << 10, 32);
  auto begin = clock::now();
  auto count_alarms = [&] { return x.heard.suspected + x.heard.lost; };
  static_cast<void>(eventually(length, [&] { return count_alarms() != 0; }));
  auto passed = std::chrono::duration<double>{clock::now() - begin};
  auto alarms = count_alarms();
  auto messages = x.heard.messages.load();
  fmt::print("{:.0f} s: {} messages, {:.0f} MB, {} false alarms here\n",
             passed.count(), messages, static_cast<double>(x.heard.bytes) / 1e6,
             alarms);
  auto found = how == finish::leave || measure_stop(x.heard, other);
  other.signal(SIGTERM);
  auto there = other.line_with("false alarms", patience);
  fmt::print("there: {}\n", there ? *there : "no answer");
  // A node that was stopped may well take the other one for gone.
  auto quiet = alarms == 0
               && (how == finish::stop
                   || (there && there->starts_with("false alarms 0")));
  std::fflush(stdout);
  std::_Exit(quiet && messages > 0 && found ? 0 : 1);
}

/// Reads a number of seconds, at most a day.
std::optional<std::chrono::seconds> parse_length(std::string_view text) {
  uint32_t result = 0;
  auto end = text.data() + text.size();
  auto [rest, problem] = std::from_chars(text.data(), end, result);
  if (problem != std::errc{} || rest != end || result == 0 || result > 86'400)
    return std::nullopt;
  return std::chrono::seconds{result};
}

int soak(const std::vector<std::string_view>& words) {
  if (words == std::vector<std::string_view>{"--far"})
    far();
  auto length = parse_length(words.empty() ? "60" : words[0]);
  if (!length || words.size() > 2
      || (words.size() == 2 && words[1] != "stop")) {
    fmt::print(stderr, "usage: soak_run [SECONDS [stop]]\n");
    return 2;
  }
  near(*length, words.size() == 2 ? finish::stop : finish::leave);
}

} // namespace
} // namespace troupe::test

int main(int argc, char** argv) {
  return troupe::test::soak({argv + 1, argv + argc});
}
