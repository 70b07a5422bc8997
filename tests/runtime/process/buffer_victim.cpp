// SPDX-License-Identifier: Apache-2.0

#include "runtime/process/buffer_victim.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace troupe::test {

namespace {

constexpr std::string_view file_name = "/memfd:troupe.buffer";

caf::behavior cruncher(caf::event_based_actor*) {
  return {
      [](owned_buffer<double>& xs) {
        for (auto& x : xs.span())
          x *= 2;
        return std::move(xs);
      },
      [](const frozen_buffer<double>& xs) -> caf::result<double, uint64_t> {
        auto before = anonymous_bytes();
        auto sum = std::accumulate(xs.span().begin(), xs.span().end(), 0.);
        auto after = anonymous_bytes();
        return {sum, uint64_t{after > before ? after - before : 0}};
      },
      [](const frozen_buffer<double>& xs, caf::unit_t) { return xs; },
      [](const std::string& what) -> caf::result<uint64_t, uint64_t> {
        if (what == "segv")
          raise(SIGSEGV);
        if (what == "pid")
          return {static_cast<uint64_t>(getpid()), uint64_t{0}};
        auto found = traces_of("self");
        return {uint64_t{found.files}, uint64_t{found.mappings}};
      },
  };
}

} // namespace

buffer_traces traces_of(const std::string& process) {
  namespace fs = std::filesystem;
  buffer_traces result;
  std::error_code ignored;
  for (auto& x : fs::directory_iterator{"/proc/" + process + "/fd", ignored})
    if (fs::read_symlink(x.path(), ignored).string().starts_with(file_name))
      ++result.files;
  std::ifstream maps{"/proc/" + process + "/maps"};
  for (std::string line; std::getline(maps, line);)
    if (line.find(file_name) != std::string::npos)
      ++result.mappings;
  return result;
}

size_t anonymous_bytes() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:"))
      return std::stoul(line.substr(8)) * 1024;
  return 0;
}

void add_cruncher(config& cfg) {
  cfg.add_actor_type("cruncher", cruncher);
}

int doomed_sender(config& cfg) {
  caf::actor_system sys{cfg};
  auto host = process_host::open(sys);
  if (!host)
    return 1;
  caf::scoped_actor self{sys};
  auto boss = troupe::spawn(
      sys, supervisor,
      supervisor_spec{
          .children = {{.id = "a", .start = troupe::process("cruncher")}}});
  caf::actor child;
  self->request(boss, caf::infinite, child_atom_v, "a")
      .receive([&](caf::actor& x) { child = std::move(x); },
               [](const caf::error&) {});
  for (auto rounds = 0;; ++rounds) {
    auto xs = make_buffer<double>(sys, size_t{1} << 20);
    auto frozen =
        std::move(*make_buffer<double>(sys, size_t{1} << 20)).freeze();
    if (!xs)
      return 2;
    self->send(child, frozen);
    self->request(child, caf::infinite, std::move(*xs))
        .receive([](const owned_buffer<double>&) {}, [](const caf::error&) {});
    if (rounds == 3) {
      std::puts("ready");
      std::fflush(stdout);
    }
  }
}

} // namespace troupe::test
