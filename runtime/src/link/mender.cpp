// SPDX-License-Identifier: Apache-2.0

#include "link/mender.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>

#include "troupe/base/errc.hpp"

#include "link/hub.hpp"
#include "link/session.hpp"
#include "port/listen_probe.hpp"

namespace troupe {

namespace {

using std::chrono::milliseconds;

/// Between two looks at whether the peer is still there.
constexpr auto interval = milliseconds{20};

constexpr auto probe_timeout = milliseconds{200};

/// How long a peer that nobody can dial has for dialling again.
constexpr auto silent_window = milliseconds{60};

/// Returns whether the peer itself has declined, rather than the network.
bool declined(const connection::outcome& x) {
  return !x.timed_out && x.refused_by;
}

} // namespace

mender::mender(std::shared_ptr<hub> owner, redial dial)
    : hub_(std::move(owner)), dial_(std::move(dial)) {
  // nop
}

mender::~mender() {
  // nop
}

bool mender::mend(std::shared_ptr<session> which) {
  std::lock_guard guard{mtx_};
  if (stopped_)
    return false;
  auto care = [this, which = std::move(which)]() mutable {
    pthread_setname_np(pthread_self(), "troupe.mend");
    run(which);
    which = nullptr;
    std::lock_guard again{mtx_};
    --under_way_;
    changed_.notify_all();
  };
  try {
    std::thread{std::move(care)}.detach();
  } catch (const std::system_error&) {
    return false; // the host has no thread to spare
  }
  ++under_way_;
  return true;
}

void mender::run(const std::shared_ptr<session>& which) {
  auto begin = clock::now();
  auto end = begin + hub_->options().resume_window;
  auto dials = !which->dialed_address().empty();
  auto& address = dials ? which->dialed_address() : which->peer().address;
  if (address.empty())
    end = std::min<clock::time_point>(end, begin + silent_window);
  std::string why = "its stream broke";
  do {
    if (which->attached())
      return;
    if (dials) {
      auto result = dial_(which, end);
      if (!result.failure)
        return;
      why = describe(result.failure);
      if (declined(result))
        break;
    }
    if (!address.empty() && refuses_connections(address, probe_timeout))
      break;
  } while (!pause() && clock::now() < end);
  hub_->give_up(*which, why);
}

bool mender::pause() {
  std::unique_lock guard{mtx_};
  return changed_.wait_for(guard, interval, [this] { return stopped_; });
}

void mender::stop() {
  std::unique_lock guard{mtx_};
  stopped_ = true;
  changed_.notify_all();
  changed_.wait(guard, [this] { return under_way_ == 0; });
}

} // namespace troupe
