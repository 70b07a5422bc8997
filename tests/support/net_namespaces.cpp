// SPDX-License-Identifier: Apache-2.0

#include "support/net_namespaces.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace troupe::test {

namespace {

// Names are troupe-PID-N-SIDE, so that a later test can tell whose they were.
constexpr char name_prefix[] = "troupe-";

/// Runs `ip` with the arguments in `line`, separated by blanks.
std::optional<std::string> try_ip(const std::string& line) {
  command ip{.line = {"ip"}};
  std::istringstream in{line};
  for (std::string word; in >> word;)
    ip.line.push_back(word);
  auto result = run(ip, std::chrono::seconds{10});
  if (!result)
    return "ip " + line + ": no end after 10 s";
  if (result->report.code != 0)
    return "ip " + line + ": " + result->err;
  return std::nullopt;
}

void ip(const std::string& line) {
  if (auto problem = try_ip(line))
    throw std::runtime_error(*problem);
}

std::string unique_prefix() {
  static std::atomic<int> last = 0;
  return name_prefix + std::to_string(getpid()) + "-" + std::to_string(++last);
}

void remove_leftovers() {
  auto list = run({.line = {"ip", "netns", "list"}}, std::chrono::seconds{10});
  if (!list)
    return;
  std::istringstream lines{list->out};
  for (std::string line; std::getline(lines, line);) {
    auto name = line.substr(0, line.find(' '));
    if (name.rfind(name_prefix, 0) != 0)
      continue;
    auto owner = std::atoi(name.c_str() + sizeof(name_prefix) - 1);
    if (owner > 0 && kill(owner, 0) < 0 && errno == ESRCH)
      static_cast<void>(try_ip("netns del " + name));
  }
}

} // namespace

std::optional<std::string> net_namespaces::unavailable() {
  if (geteuid() != 0)
    return "network namespaces need root";
  auto probe = unique_prefix() + "-probe";
  if (auto problem = try_ip("netns add " + probe))
    return problem;
  auto problem = try_ip("netns exec " + probe + " true");
  static_cast<void>(try_ip("netns del " + probe));
  return problem;
}

net_namespaces::name_space::name_space(std::string name)
    : name_(std::move(name)) {
  ip("netns add " + name_);
}

net_namespaces::name_space::~name_space() {
  static_cast<void>(try_ip("netns del " + name_));
}

net_namespaces::net_namespaces()
    : prefix_((remove_leftovers(), unique_prefix())),
      left_(prefix_ + "-left"),
      right_(prefix_ + "-right") {
  ip("link add cable netns " + left_.name()
     + " type veth peer name cable netns " + right_.name());
  for (auto x : {side::left, side::right}) {
    ip("-n " + at(x).name() + " link set lo up");
    ip("-n " + at(x).name() + " addr add " + address(x) + "/24 dev cable");
  }
  plug();
}

std::string net_namespaces::address(side x) {
  // A block that is reserved for documentation, see RFC 5737.
  return x == side::left ? "192.0.2.1" : "192.0.2.2";
}

command net_namespaces::inside(side where, command x) const {
  std::vector<std::string> line{"ip", "netns", "exec", at(where).name()};
  x.line.insert(x.line.begin(), line.begin(), line.end());
  return x;
}

void net_namespaces::unplug() {
  for (auto x : {side::left, side::right})
    ip("-n " + at(x).name() + " link set cable down");
}

void net_namespaces::plug() {
  for (auto x : {side::left, side::right})
    ip("-n " + at(x).name() + " link set cable up");
}

} // namespace troupe::test
