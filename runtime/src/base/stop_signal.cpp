// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/stop_signal.hpp"

#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace troupe {

namespace {

/// Owns a file descriptor.
class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {
    if (fd < 0)
      throw std::system_error(errno, std::generic_category(), "stop_signal");
  }

  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  ~descriptor() {
    close(fd_);
  }

  int get() const noexcept {
    return fd_;
  }

private:
  int fd_;
};

sigset_t stop_signals() {
  sigset_t result;
  sigemptyset(&result);
  sigaddset(&result, SIGINT);
  sigaddset(&result, SIGTERM);
  return result;
}

/// Blocks both signals in the constructing thread and those that it starts.
class blocked_signals {
public:
  blocked_signals() {
    auto both = stop_signals();
    pthread_sigmask(SIG_BLOCK, &both, &before_);
  }

  blocked_signals(const blocked_signals&) = delete;
  blocked_signals& operator=(const blocked_signals&) = delete;

  ~blocked_signals() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t before_;
};

int open_signals() {
  auto both = stop_signals();
  return signalfd(-1, &both, SFD_CLOEXEC);
}

} // namespace

class stop_signal::impl {
public:
  explicit impl(function told) : told_(std::move(told)) {
    thread_ = std::thread{[this] { run(); }};
  }

  ~impl() {
    uint64_t one = 1;
    // Cannot fail: nothing else counts on this descriptor.
    [[maybe_unused]] auto written = write(end_.get(), &one, sizeof(one));
    thread_.join();
  }

  int first() const noexcept {
    return first_.load();
  }

  std::optional<int> wait(caf::timespan timeout) const {
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, timeout, [this] { return first() != none; });
    return first() == none ? std::nullopt : std::optional{first()};
  }

  int wait() const {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return first() != none; });
    return first();
  }

  /// No signal has this number.
  static constexpr int none = 0;

private:
  void run() {
    while (auto number = next()) {
      if (first() != none)
        _exit(128 + *number);
      {
        std::unique_lock guard{mutex_};
        first_ = *number;
      }
      changed_.notify_all();
      if (told_)
        told_(*number);
    }
  }

  /// Returns the next signal, or nothing if this object ends.
  std::optional<int> next() {
    for (;;) {
      pollfd both[] = {{signals_.get(), POLLIN, 0}, {end_.get(), POLLIN, 0}};
      if (poll(both, 2, -1) < 0)
        continue;
      if (both[1].revents != 0)
        return std::nullopt;
      signalfd_siginfo info;
      if (read(signals_.get(), &info, sizeof(info)) == sizeof(info))
        return static_cast<int>(info.ssi_signo);
    }
  }

  blocked_signals blocked_;
  descriptor signals_{open_signals()};
  descriptor end_{eventfd(0, EFD_CLOEXEC)};
  function told_;
  std::atomic<int> first_ = none;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::thread thread_;
};

stop_signal::stop_signal() : stop_signal(function{}) {
  // nop
}

stop_signal::stop_signal(function told)
    : impl_(std::make_unique<impl>(std::move(told))) {
  // nop
}

stop_signal::~stop_signal() = default;

bool stop_signal::requested() const noexcept {
  return impl_->first() != impl::none;
}

std::optional<int> stop_signal::wait(caf::timespan timeout) const {
  return impl_->wait(timeout);
}

int stop_signal::wait() const {
  return impl_->wait();
}

} // namespace troupe
