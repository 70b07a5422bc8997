// SPDX-License-Identifier: Apache-2.0

#include "system/nodes/pasture.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "support/eventually.hpp"

namespace troupe::test {

int64_t now_ms() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string pasture::address(const std::string& name, side where) {
  return net_namespaces::address(where) + ":400"
         + std::to_string(name.front() - 'a');
}

process pasture::start(const std::string& name, side where, int children,
                       const std::vector<std::string>& seeds) {
  auto time = [](const char* key, std::chrono::milliseconds x) {
    return std::string{"TROUPE_NODE_"} + key + "=" + std::to_string(x.count())
           + "ms";
  };
  command x{.line = {built_program("test_shepherd"), name, address(name, where),
                     dir_.file("ticks"), std::to_string(children)}};
  x.line.insert(x.line.end(), seeds.begin(), seeds.end());
  x.environment = {time("HEARTBEAT_INTERVAL", detection_.heartbeat),
                   time("SUSPECT_AFTER", detection_.suspect),
                   time("LOST_AFTER", detection_.lost),
                   time("LEASE", detection_.lease)};
  process result{net_.inside(where, std::move(x))};
  if (!result.line_with(" ready", patience))
    ADD_FAILURE() << name << " is not ready: " << result.err();
  return result;
}

std::vector<tick> pasture::ticks() const {
  std::vector<tick> result;
  if (!std::filesystem::exists(dir_.file("ticks")))
    return result;
  std::istringstream in{read_file(dir_.file("ticks"))};
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields{line};
    tick x;
    fields >> x.time >> x.child >> x.node >> x.incarnation;
    result.push_back(std::move(x));
  }
  return result;
}

std::map<std::string, std::string> pasture::places(int64_t time) const {
  std::map<std::string, std::string> result;
  for (auto& x : ticks())
    if (x.time > time)
      result[x.child] = x.node;
  return result;
}

bool pasture::await_places(
    int64_t after, size_t children,
    const std::function<bool(const std::string&)>& fits) const {
  return eventually(patience, [&] {
    auto found = places(after);
    return found.size() == children
           && std::all_of(found.begin(), found.end(),
                          [&](auto& x) { return fits(x.second); });
  });
}

void pasture::expect_no_child_twice() const {
  struct span {
    int64_t first;
    int64_t last;
  };
  std::map<std::string, std::map<std::string, span>> lives;
  for (auto& x : ticks()) {
    auto [i, is_new] = lives[x.child].emplace(x.node + "#" + x.incarnation,
                                              span{x.time, x.time});
    i->second.last = x.time;
  }
  for (auto& [child, incarnations] : lives)
    for (auto& [x, one] : incarnations)
      for (auto& [y, other] : incarnations)
        EXPECT_TRUE(x == y || one.last <= other.first
                    || other.last <= one.first)
            << child << " ran as " << x << " from " << one.first << " to "
            << one.last << " and as " << y << " from " << other.first << " to "
            << other.last;
}

std::optional<int64_t> time_of(process& x, const std::string& text) {
  auto line = x.line_with(text, patience);
  if (!line) {
    ADD_FAILURE() << "no line with '" << text << "': " << x.out() << x.err();
    return std::nullopt;
  }
  return std::stoll(*line);
}

} // namespace troupe::test
