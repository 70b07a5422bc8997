// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/location/directory.hpp"

#include "caf/event_based_actor.hpp"
#include "caf/send.hpp"

#include "support/deterministic.hpp"

namespace troupe::test {

inline caf::behavior idle(caf::event_based_actor*) {
  return {[](const directory_event&) {}};
}

using events = std::vector<directory_event>;

inline caf::behavior probe(caf::event_based_actor*, events* seen) {
  return {[seen](const directory_event& x) { seen->push_back(x); }};
}

inline std::string text(const caf::expected<void>& x) {
  return x ? "ok" : describe(x.error());
}

/// Two directories that do not know each other yet, and actors to register and
/// to tell.
class directory_fixture : public test::deterministic {
protected:
  ~directory_fixture() override {
    for (auto& x : started_)
      caf::anon_send_exit(x, caf::exit_reason::kill);
  }

  template <class F, class... Ts>
  caf::actor start(F f, Ts... xs) {
    started_.push_back(sys.spawn(f, xs...));
    return started_.back();
  }

  void end(const caf::actor& x) {
    caf::anon_send_exit(x, caf::exit_reason::kill);
    run();
  }

  std::string enter(const std::string& name, const caf::actor& holder) {
    return text(ask<void>(here_, register_atom_v, name, holder));
  }

  std::string withdraw(const std::string& name) {
    return text(ask<void>(here_, withdraw_atom_v, name));
  }

  std::string watch(const std::string& name, const caf::actor& watcher) {
    return text(ask<void>(here_, watch_atom_v, name, watcher));
  }

  std::string peer(const std::string& node, const caf::actor& x) {
    return text(ask<void>(here_, peer_atom_v, node, x));
  }

  caf::expected<caf::actor> lookup(const std::string& name) {
    return ask<caf::actor>(here_, lookup_atom_v, name);
  }

  /// Returns whether the watcher was told exactly that since the last look.
  ::testing::AssertionResult told(const std::string& name,
                                  const caf::actor& holder) {
    auto seen = std::exchange(seen_, {});
    if (seen.size() == 1 && seen[0].name == name && seen[0].holder == holder)
      return ::testing::AssertionSuccess();
    auto result = ::testing::AssertionFailure() << seen.size() << " events:";
    for (auto& x : seen)
      result << ' ' << x.name << (x.holder ? " held" : " free");
    return result;
  }

  ::testing::AssertionResult told_nothing() {
    if (seen_.empty())
      return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << seen_.size() << " events";
  }

private:
  std::vector<caf::actor> started_;

protected:
  events seen_;
  const caf::actor nobody_;
  caf::actor here_ = start(directory);
  caf::actor there_ = start(directory);
  caf::actor ann_ = start(idle);
  caf::actor bob_ = start(idle);
  caf::actor watcher_ = start(probe, &seen_);
};

} // namespace troupe::test
