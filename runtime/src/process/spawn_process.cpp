// SPDX-License-Identifier: Apache-2.0

#include "process/spawn_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/in_quotes.hpp"
#include "process/worker_page.hpp"

namespace troupe {

namespace {

/// Keeps away from the numbers that the program's descriptors get.
constexpr int first_free_fd = 10;

caf::error failure(const process_order& what, int error) {
  return make_error(errc::cannot_start_process,
                    fmt::format("cannot start {}: {}", in_quotes(what.program),
                                std::strerror(error)));
}

file_descriptor copied_up(int fd) {
  file_descriptor result{fcntl(fd, F_DUPFD_CLOEXEC, first_free_fd)};
  // If so high a number is beyond the limit.
  if (!result && errno == EINVAL)
    errno = EMFILE;
  return result;
}

file_descriptor moved_up(int fd) {
  auto result = copied_up(fd);
  auto error = errno;
  close(fd);
  errno = error;
  return result;
}

struct pipe_ends {
  file_descriptor read;
  file_descriptor write;

  explicit operator bool() const noexcept {
    return read && write;
  }
};

/// Only the reading end does not block.
pipe_ends open_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0)
    return {};
  pipe_ends result;
  result.write = moved_up(fds[1]);
  result.read = moved_up(fds[0]);
  if (result.read)
    fcntl(result.read.get(), F_SETFL, O_NONBLOCK);
  return result;
}

// The declaration in glibc 2.36 cannot be called from C++.
int open_handle(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

class spawn_attributes {
public:
  spawn_attributes() {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
  }

  spawn_attributes(const spawn_attributes&) = delete;
  spawn_attributes& operator=(const spawn_attributes&) = delete;

  ~spawn_attributes() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// @returns an error number, 0 on success.
  int fill(int page, int out, int err) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    auto result = 0;
    auto then = [&result](int next) { result = result != 0 ? result : next; };
    then(posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP
                                                    | POSIX_SPAWN_SETSIGMASK
                                                    | POSIX_SPAWN_SETSIGDEF));
    then(posix_spawnattr_setsigmask(&attributes_, &none));
    then(posix_spawnattr_setsigdefault(&attributes_, &all));
    then(posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY,
                                          0));
    then(posix_spawn_file_actions_adddup2(&actions_, out, 1));
    then(posix_spawn_file_actions_adddup2(&actions_, err, 2));
    then(posix_spawn_file_actions_adddup2(&actions_, page,
                                          worker_page::descriptor));
    then(posix_spawn_file_actions_addclosefrom_np(&actions_,
                                                  worker_page::descriptor + 1));
    return result;
  }

  int spawn(pid_t& pid, const process_order& what) {
    std::vector<char*> line;
    for (auto& x : what.line)
      line.push_back(const_cast<char*>(x.c_str()));
    line.push_back(nullptr);
    return posix_spawn(&pid, what.program.c_str(), &actions_, &attributes_,
                       line.data(), environ);
  }

private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

} // namespace

caf::expected<spawned_process> spawn_process(const process_order& what) {
  auto out = open_pipe();
  if (!out)
    return failure(what, errno);
  auto err = open_pipe();
  if (!err)
    return failure(what, errno);
  auto page = copied_up(what.page->fd());
  if (!page)
    return failure(what, errno);
  spawn_attributes attributes;
  spawned_process result;
  auto error = attributes.fill(page.get(), out.write.get(), err.write.get());
  if (error == 0)
    error = attributes.spawn(result.pid, what);
  if (error != 0)
    return failure(what, error);
  result.handle = file_descriptor{open_handle(result.pid)};
  if (!result.handle) {
    error = errno;
    kill(-result.pid, SIGKILL);
    while (waitpid(result.pid, nullptr, 0) < 0 && errno == EINTR)
      ; // nop
    return failure(what, error);
  }
  result.out = std::move(out.read);
  result.err = std::move(err.read);
  return result;
}

process_end reap(const spawned_process& x) {
  siginfo_t info{};
  rusage usage{};
  long rc = 0;
  // Only the bare system call reports the usage as well.
  do {
    rc = syscall(SYS_waitid, P_PIDFD, x.handle.get(), &info, WEXITED, &usage);
  } while (rc < 0 && errno == EINTR);
  process_end result;
  if (rc < 0)
    return result;
  result.how = info.si_code == CLD_EXITED ? process_end::kind::exited
                                          : process_end::kind::signaled;
  result.number = info.si_status;
  result.peak_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  for (auto& time : {usage.ru_utime, usage.ru_stime})
    result.cpu_time += std::chrono::seconds{time.tv_sec}
                       + std::chrono::microseconds{time.tv_usec};
  return result;
}

} // namespace troupe
