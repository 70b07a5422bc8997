// SPDX-License-Identifier: Apache-2.0

// Buffers on their way to worker processes and back.

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/buffer/make_buffer.hpp"

#include "runtime/process/buffer_victim.hpp"
#include "runtime/process/process_fixture.hpp"
#include "support/process.hpp"

namespace troupe::test {
namespace {

constexpr size_t large = size_t{1} << 20;

class ProcessBuffers : public process_test {
protected:
  caf::actor start_cruncher() {
    return supervise({.id = "victim", .start = troupe::process("cruncher")});
  }

  owned_buffer<double> make(size_t size, double value = 1) {
    auto result = make_buffer<double>(self()->home_system(), size);
    EXPECT_TRUE(result);
    for (auto& x : result->span())
      x = value;
    return std::move(*result);
  }

  caf::expected<owned_buffer<double>> twice(const caf::actor& x,
                                            owned_buffer<double> xs) {
    caf::expected<owned_buffer<double>> result{caf::sec::none};
    self()
        ->request(x, 60s, std::move(xs))
        .receive([&](owned_buffer<double>& ys) { result = std::move(ys); },
                 [&](caf::error& why) { result = std::move(why); });
    return result;
  }

  /// Returns the sum, and by how much the worker's anonymous memory grew.
  std::pair<double, uint64_t> sum(const caf::actor& x,
                                  const frozen_buffer<double>& xs) {
    std::pair<double, uint64_t> result;
    self()
        ->request(x, 60s, xs)
        .receive(
            [&](double value, uint64_t growth) {
              result = {value, growth};
            },
            [](const caf::error& why) { ADD_FAILURE() << describe(why); });
    return result;
  }

  buffer_traces traces(const caf::actor& x) {
    buffer_traces result;
    self()
        ->request(x, 60s, std::string{"traces"})
        .receive(
            [&](uint64_t files, uint64_t mappings) {
              result = {files, mappings};
            },
            [](const caf::error& why) { ADD_FAILURE() << describe(why); });
    return result;
  }

  buffer_pool& pool() {
    return *buffer_pool_of(self()->home_system());
  }

  void expect_nothing_left() {
    EXPECT_TRUE(eventually(30s,
                           [&] {
                             pool().trim();
                             return pool().stats().shared == 0
                                    && traces_of("self") == buffer_traces{};
                           }))
        << pool().stats().shared << " files, " << traces_of("self").mappings
        << " mappings";
    EXPECT_EQ(pool().stats().used_bytes, 0u);
  }
};

TEST_F(ProcessBuffers, FrozenOnesAreReadWhereTheyAre) {
  auto child = start_cruncher();
  auto xs = make(8 * large).freeze();
  auto before = anonymous_bytes();
  auto [value, growth] = sum(child, xs);
  EXPECT_EQ(value, 8. * large);
  EXPECT_LT(growth, large);
  EXPECT_LT(anonymous_bytes(), before + 8 * large);
  EXPECT_EQ(xs[large], 1) << "it can be read here as before";
  xs = {};
  EXPECT_TRUE(
      eventually(30s, [&] { return traces(child) == buffer_traces{}; }));
  expect_nothing_left();
}

TEST_F(ProcessBuffers, OwnedOnesAreChangedInPlaceAndComeBack) {
  auto child = start_cruncher();
  auto xs = make(large, 21);
  auto back = twice(child, std::move(xs));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_FALSE(xs);
  ASSERT_EQ(back->size(), large);
  for (auto x : back->span())
    ASSERT_EQ(x, 42);
  *back = {};
  EXPECT_TRUE(
      eventually(30s, [&] { return traces(child) == buffer_traces{}; }));
  expect_nothing_left();
}

TEST_F(ProcessBuffers, OwnedOnesComeBackToWhereTheyWere) {
  auto child = start_cruncher();
  auto xs = make(large);
  auto address = xs.data();
  auto back = twice(child, std::move(xs));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(back->data(), address);
}

TEST_F(ProcessBuffers, ThoseOfMessagesThatWereNotBegunGoToTheNextProcess) {
  auto child = start_cruncher();
  auto segv = self()->request(child, 60s, std::string{"segv"});
  // Behind it in the mailbox of the same process.
  auto back = twice(child, make(large));
  ASSERT_TRUE(back) << describe(back.error());
  ASSERT_EQ(back->size(), large);
  EXPECT_EQ(back->span()[large - 1], 2);
  auto small = twice(child, make(10));
  ASSERT_TRUE(small) << describe(small.error());
  EXPECT_EQ(small->span()[9], 2);
  segv.receive([](uint64_t, uint64_t) { FAIL() << "it lives"; },
               [](const caf::error&) {});
}

TEST_F(ProcessBuffers, PartsComeBackAndAreJoinedWhereTheyWere) {
  auto child = start_cruncher();
  auto whole = make(large, 1);
  auto address = whole.data();
  auto parts = std::move(whole).split(3);
  // One stays, so that the memory does.
  for (auto i : {0, 2}) {
    auto back = twice(child, std::move(parts[i]));
    ASSERT_TRUE(back) << describe(back.error());
    parts[i] = std::move(*back);
  }
  for (auto i : {1, 2})
    ASSERT_FALSE(parts[0].join(std::move(parts[i])));
  auto xs = parts[0].span();
  EXPECT_EQ(xs.data(), address);
  ASSERT_EQ(xs.size(), large);
  EXPECT_EQ(xs[0], 2);
  EXPECT_EQ(xs[large / 2], 1);
  EXPECT_EQ(xs[large - 1], 2);
}

TEST_F(ProcessBuffers, PartsThatWereAllAwayAreJoinedAsWell) {
  auto child = start_cruncher();
  auto parts = make(large, 1).split(2);
  std::vector<owned_buffer<double>> back;
  auto keep = [&](owned_buffer<double>& x) { back.push_back(std::move(x)); };
  auto fail = [](const caf::error& why) { ADD_FAILURE() << describe(why); };
  auto first = self()->request(child, 60s, std::move(parts[0]));
  auto second = self()->request(child, 60s, std::move(parts[1]));
  first.receive(keep, fail);
  second.receive(keep, fail);
  ASSERT_EQ(back.size(), 2u);
  ASSERT_FALSE(back[0].join(std::move(back[1])));
  EXPECT_EQ(back[0].size(), large);
}

TEST_F(ProcessBuffers, FrozenOnesThatComeBackAreTheSame) {
  auto child = start_cruncher();
  auto xs = make(large).freeze().slice(100, large / 2);
  frozen_buffer<double> back;
  self()
      ->request(child, 60s, xs, caf::unit)
      .receive([&](const frozen_buffer<double>& ys) { back = ys; },
               [](const caf::error& why) { ADD_FAILURE() << describe(why); });
  EXPECT_EQ(back.data(), xs.data());
  EXPECT_EQ(back.size(), xs.size());
}

TEST_F(ProcessBuffers, ThatSomethingStillWritesToAreCopied) {
  auto child = start_cruncher();
  auto xs = make(large);
  auto rest = xs.split_at(large / 2);
  auto frozen = std::move(xs).freeze();
  EXPECT_EQ(sum(child, frozen).first, large / 2.);
  rest.span()[0] = 2;
  EXPECT_EQ(frozen[0], 1);
}

TEST_F(ProcessBuffers, SmallOnesAreCopied) {
  auto child = start_cruncher();
  EXPECT_EQ(sum(child, make(100).freeze()).first, 100.);
  auto back = twice(child, make(100));
  ASSERT_TRUE(back) << describe(back.error());
  EXPECT_EQ(back->span()[99], 2);
  EXPECT_EQ(traces_of("self"), buffer_traces{});
}

TEST_F(ProcessBuffers, NothingIsLeftWhenWorkersAreKilledAtAnyMoment) {
  auto seed = std::random_device{}();
  if (auto text = std::getenv("TROUPE_SEED"))
    seed = static_cast<unsigned>(std::strtoul(text, nullptr, 10));
  SCOPED_TRACE("TROUPE_SEED=" + std::to_string(seed));
  std::minstd_rand random{seed};
  auto child = start_cruncher();
  auto answers = 0;
  for (auto round = 0; round < 12; ++round) {
    pid_t worker = 0;
    self()
        ->request(child, 60s, std::string{"pid"})
        .receive(
            [&](uint64_t pid, uint64_t) { worker = static_cast<pid_t>(pid); },
            [](const caf::error& why) { ADD_FAILURE() << describe(why); });
    if (worker == 0)
      return;
    auto shared = make(large / 2).freeze();
    std::thread killer{[&, pause = random() % 4'000] {
      auto end =
          std::chrono::steady_clock::now() + std::chrono::microseconds{pause};
      while (std::chrono::steady_clock::now() < end)
        ; // nop
      kill(worker, SIGKILL);
    }};
    for (auto i = 0; i < 8; ++i) {
      self()->send(child, shared.slice(random() % large / 4, large / 4));
      auto back = twice(child, make(large / 4, 1));
      if (back) {
        // Also if another process than the first has done it.
        ASSERT_EQ(back->size(), large / 4);
        EXPECT_EQ(back->span()[0], 2);
        ++answers;
      }
    }
    killer.join();
  }
  RecordProperty("answers", answers);
  EXPECT_TRUE(
      eventually(30s, [&] { return traces(child) == buffer_traces{}; }));
  expect_nothing_left();
}

/// Sums up what all processes have that were started with `mark` in their
/// environment.
buffer_traces traces_of_marked(const std::string& mark) {
  namespace fs = std::filesystem;
  buffer_traces result;
  std::error_code ignored;
  for (auto& x : fs::directory_iterator{"/proc", ignored}) {
    std::ifstream in{x.path() / "environ"};
    std::string all{std::istreambuf_iterator<char>{in}, {}};
    if (all.find(mark) == std::string::npos)
      continue;
    auto found = traces_of(x.path().filename().string());
    result.files += found.files;
    result.mappings += found.mappings;
  }
  return result;
}

TEST(ProcessBuffersOrphans, NothingIsLeftWhenTheParentIsKilled) {
  auto mark = "MARK_OF_TEST=" + std::to_string(getpid()) + ".";
  auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  test::process parent{
      {.line = {program, "--doomed-sender"}, .environment = {mark}}};
  ASSERT_TRUE(parent.line_with("ready", 60s)) << parent.err();
  EXPECT_TRUE(
      eventually(30s, [&] { return traces_of_marked(mark).mappings > 0; }));
  parent.signal(SIGKILL);
  ASSERT_TRUE(parent.wait(30s));
  EXPECT_TRUE(eventually(
      30s, [&] { return traces_of_marked(mark) == buffer_traces{}; }));
}

} // namespace
} // namespace troupe::test
