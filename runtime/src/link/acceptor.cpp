// SPDX-License-Identifier: Apache-2.0

#include "link/acceptor.hpp"

#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "link/link_log.hpp"

namespace troupe {

namespace {

/// Between two tries to accept while there are no descriptors.
constexpr int pause_ms = 100;

} // namespace

std::unique_ptr<acceptor> acceptor::start(listener where, handlers to) {
  auto wake = eventfd(0, EFD_CLOEXEC);
  if (wake < 0)
    return nullptr;
  std::unique_ptr<acceptor> result{
      new acceptor(std::move(where), std::move(to), wake)};
  try {
    result->thread_ = std::thread{[x = result.get()] { x->run(); }};
  } catch (const std::system_error&) {
    return nullptr;
  }
  return result;
}

acceptor::acceptor(listener where, handlers to, int wake)
    : where_(std::move(where)), to_(std::move(to)), wake_(wake) {
  // nop
}

acceptor::~acceptor() {
  uint64_t one = 1;
  if (thread_.joinable()
      && write(wake_, &one, sizeof(one)) == static_cast<ssize_t>(sizeof(one)))
    thread_.join();
  close(wake_);
}

void acceptor::run() {
  pthread_setname_np(pthread_self(), "troupe.accept");
  std::vector<pollfd> all{{wake_, POLLIN, 0}};
  for (auto fd : where_.sockets())
    all.push_back({fd, POLLIN, 0});
  auto exhausted = false;
  for (;;) {
    // Connections wait at the socket meanwhile.
    auto n =
        poll(all.data(), exhausted ? 1 : all.size(), exhausted ? pause_ms : -1);
    if (n > 0 && (all.front().revents & POLLIN) != 0)
      return;
    auto was_exhausted = std::exchange(exhausted, false);
    for (size_t i = 1; i < all.size(); ++i)
      if (was_exhausted || (n > 0 && all[i].revents != 0))
        exhausted = !accept_from(all[i].fd) || exhausted;
    if (exhausted && !was_exhausted)
      log_link_line("no descriptor is left for new links");
  }
}

/// @returns whether there were descriptors enough.
bool acceptor::accept_from(int socket) {
  auto found = where_.accept(socket);
  for (auto& x : found.accepted)
    take(std::move(x));
  return found.then != listener::state::exhausted;
}

void acceptor::take(accepted_socket x) {
  if (where_.is_unix()) {
    auto peer = x.who();
    if (!peer) {
      log_link_line(describe(peer.error()));
      return;
    }
    if (peer->user != geteuid() || (to_.admits && !to_.admits(peer->pid))) {
      // A process that was killed while it connected is no stranger.
      if (x.is_hung_up())
        return;
      log_link_line(
          fmt::format("refused process {} of user {}", peer->pid, peer->user));
      return;
    }
  }
  to_.accepted(std::move(x));
}

} // namespace troupe
