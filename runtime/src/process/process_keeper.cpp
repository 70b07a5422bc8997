// SPDX-License-Identifier: Apache-2.0

#include "process/process_keeper.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/in_quotes.hpp"
#include "process/line_splitter.hpp"
#include "process/spawn_process.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// What is read of a process that has ended, at most, besides what was read
/// before: others may hold its pipes open and go on writing.
constexpr size_t max_last_bytes = 1 << 20;

/// What is read of one process before others get their turn.
constexpr size_t max_bytes_per_turn = 1 << 16;

} // namespace

class process_keeper::impl {
public:
  impl(handlers told, size_t max_line_bytes, file_descriptor poll,
       file_descriptor wake)
      : told_(std::move(told)),
        max_line_bytes_(max_line_bytes),
        poll_(std::move(poll)),
        wake_(std::move(wake)) {
    // The first one, which there is always room for.
    static_cast<void>(listen(wake_, {0, source::command}));
    thread_ = std::thread{[this] { run(); }};
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  ~impl() {
    ending_ = true;
    wake();
    thread_.join();
  }

  void start(key_type key, process_order what) {
    {
      std::lock_guard guard{mtx_};
      living_.emplace(key, life{});
      orders_.emplace_back(key, std::move(what));
    }
    wake();
  }

  void signal(key_type key, int number) {
    std::lock_guard guard{mtx_};
    auto i = living_.find(key);
    if (i == living_.end())
      return;
    if (i->second.pid == 0)
      i->second.waiting_signal = number;
    else
      send(i->second.pid, number);
  }

  bool has_started(pid_t x) {
    std::lock_guard spawning{spawning_mtx_};
    std::lock_guard guard{mtx_};
    return std::any_of(living_.begin(), living_.end(),
                       [=](auto& kvp) { return kvp.second.pid == x; });
  }

private:
  /// Where something was heard from.
  enum class source : uint8_t { command, handle, out, err };

  struct tag {
    key_type key;
    source from;
  };

  /// What is known to other threads.
  struct life {
    /// Zero while the process is not started yet.
    pid_t pid = 0;
    /// To be sent then.
    int waiting_signal = 0;
  };

  struct entry {
    spawned_process process;
    line_splitter out;
    line_splitter err;
  };

  static constexpr uint64_t pack(tag x) noexcept {
    return x.key << 2 | static_cast<uint64_t>(x.from);
  }

  static constexpr tag unpack(uint64_t x) noexcept {
    return {x >> 2, static_cast<source>(x & 3)};
  }

  static void send(pid_t pid, int number) {
    kill(number == SIGKILL ? -pid : pid, number);
  }

  void wake() {
    uint64_t one = 1;
    // Cannot fail: nothing else counts on this descriptor.
    [[maybe_unused]] auto written = write(wake_.get(), &one, sizeof(one));
  }

  /// @returns whether the system takes one more.
  bool listen(const file_descriptor& fd, tag x) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = pack(x)}};
    return epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
  }

  void run() {
    pthread_setname_np(pthread_self(), "troupe.process");
    std::array<epoll_event, 32> events;
    while (!ending_) {
      auto n = epoll_wait(poll_.get(), events.data(), events.size(), -1);
      for (auto i = 0; i < n && !ending_; ++i)
        heard(unpack(events[static_cast<size_t>(i)].data.u64));
    }
    kill_all();
  }

  void heard(tag x) {
    if (x.from == source::command) {
      uint64_t count = 0;
      [[maybe_unused]] auto n = read(wake_.get(), &count, sizeof(count));
      take_orders();
      return;
    }
    auto i = entries_.find(x.key);
    if (i == entries_.end())
      return;
    auto& [process, out, err] = i->second;
    using stream = process_output::stream;
    switch (x.from) {
      case source::out:
        read_some(x.key, process.out, out, stream::out, max_bytes_per_turn);
        break;
      case source::err:
        read_some(x.key, process.err, err, stream::err, max_bytes_per_turn);
        break;
      default:
        ended(x.key, i->second);
        entries_.erase(i);
        break;
    }
  }

  void take_orders() {
    std::vector<std::pair<key_type, process_order>> orders;
    {
      std::lock_guard guard{mtx_};
      orders.swap(orders_);
    }
    for (auto& [key, what] : orders) {
      // It must be known before it can do anything.
      std::unique_lock spawning{spawning_mtx_};
      auto process = spawn_process(what);
      if (!process) {
        forget(key);
        told_.failed(key, std::move(process.error()));
        continue;
      }
      auto pid = process->pid;
      if (!listen(process->out, {key, source::out})
          || !listen(process->err, {key, source::err})
          || !listen(process->handle, {key, source::handle})) {
        // Nobody would ever learn of its end.
        auto problem = errno;
        send(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
        forget(key);
        told_.failed(key, make_error(errc::cannot_start_process,
                                     fmt::format("cannot watch {}: {}",
                                                 in_quotes(what.program),
                                                 std::strerror(problem))));
        continue;
      }
      {
        std::lock_guard guard{mtx_};
        auto& x = living_[key];
        x.pid = pid;
        if (x.waiting_signal != 0)
          send(pid, x.waiting_signal);
      }
      spawning.unlock();
      entries_.emplace(key, entry{std::move(*process),
                                  line_splitter{max_line_bytes_},
                                  line_splitter{max_line_bytes_}});
      told_.started(key, pid);
    }
  }

  void forget(key_type key) {
    std::lock_guard guard{mtx_};
    living_.erase(key);
  }

  /// Reads until nothing is there for now, or enough was read.
  void read_some(key_type key, file_descriptor& fd, line_splitter& lines,
                 process_output::stream from, size_t max_bytes) {
    std::array<char, 4096> buffer;
    for (size_t total = 0; fd && total < max_bytes;) {
      auto n = read(fd.get(), buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return;
      if (n <= 0) {
        fd.reset();
        break;
      }
      total += static_cast<size_t>(n);
      for (auto& line : lines.feed({buffer.data(), static_cast<size_t>(n)}))
        told_.line(key, from, std::move(line));
    }
    if (!fd)
      if (auto rest = lines.finish())
        told_.line(key, from, std::move(*rest));
  }

  void ended(key_type key, entry& x) {
    read_last(key, x.process.out, x.out, process_output::stream::out);
    read_last(key, x.process.err, x.err, process_output::stream::err);
    process_end end;
    {
      std::lock_guard guard{mtx_};
      // Its number belongs to it until it is reaped.
      kill(-x.process.pid, SIGKILL);
      end = reap(x.process);
      living_.erase(key);
    }
    told_.ended(key, end);
  }

  void read_last(key_type key, file_descriptor& fd, line_splitter& lines,
                 process_output::stream from) {
    read_some(key, fd, lines, from, max_last_bytes);
    if (auto rest = lines.finish())
      told_.line(key, from, std::move(*rest));
  }

  void kill_all() {
    std::lock_guard guard{mtx_};
    for (auto& kvp : entries_)
      kill(-kvp.second.process.pid, SIGKILL);
    for (auto& kvp : entries_)
      reap(kvp.second.process);
    living_.clear();
  }

  handlers told_;
  size_t max_line_bytes_;
  file_descriptor poll_;
  file_descriptor wake_;
  std::atomic<bool> ending_ = false;

  /// Held while a process exists that is not in `living_` yet.
  std::mutex spawning_mtx_;
  std::mutex mtx_;
  std::vector<std::pair<key_type, process_order>> orders_;
  std::map<key_type, life> living_;

  /// Of the thread only.
  std::map<key_type, entry> entries_;

  std::thread thread_;
};

process_keeper::process_keeper(std::unique_ptr<impl> x) : impl_(std::move(x)) {
  // nop
}

process_keeper::~process_keeper() = default;

caf::expected<std::unique_ptr<process_keeper>>
process_keeper::make(handlers told, size_t max_line_bytes) {
  file_descriptor poll{epoll_create1(EPOLL_CLOEXEC)};
  file_descriptor wake{eventfd(0, EFD_CLOEXEC)};
  auto fail = [](const char* why) {
    return make_error(errc::cannot_start_process,
                      std::string{"cannot watch worker processes: "} + why);
  };
  if (!poll || !wake)
    return fail(std::strerror(errno));
  try {
    return std::unique_ptr<process_keeper>{new process_keeper(
        std::make_unique<impl>(std::move(told), max_line_bytes, std::move(poll),
                               std::move(wake)))};
  } catch (const std::system_error& e) {
    return fail(e.what());
  }
}

void process_keeper::start(key_type key, process_order what) {
  impl_->start(key, std::move(what));
}

bool process_keeper::has_started(pid_t x) {
  return impl_->has_started(x);
}

void process_keeper::signal(key_type key, int number) {
  impl_->signal(key, number);
}

} // namespace troupe
