// SPDX-License-Identifier: Apache-2.0

#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <system_error>
#include <utility>

#include "support/eventually.hpp"

namespace troupe::test {

namespace {

void check(int error, const char* what) {
  if (error != 0)
    throw std::system_error(error, std::generic_category(), what);
}

/// A file in memory: takes any amount of output without a reader, unlike a
/// pipe, and leaves nothing behind.
int memory_file(const char* name) {
  auto fd = memfd_create(name, MFD_CLOEXEC);
  check(fd < 0 ? errno : 0, "memfd_create");
  return fd;
}

// The declaration in glibc 2.36 cannot be called from C++.
int open_handle(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

std::string content(int fd) {
  std::string result;
  char buffer[4096];
  for (;;) {
    auto n =
        pread(fd, buffer, sizeof(buffer), static_cast<off_t>(result.size()));
    if (n <= 0)
      return result;
    result.append(buffer, static_cast<size_t>(n));
  }
}

void close_all(std::initializer_list<int> fds) {
  for (auto fd : fds)
    if (fd >= 0)
      close(fd);
}

std::vector<char*> pointers(std::vector<std::string>& xs) {
  std::vector<char*> result;
  for (auto& x : xs)
    result.push_back(x.data());
  result.push_back(nullptr);
  return result;
}

std::optional<std::string> find_line(std::string_view text,
                                     std::string_view part) {
  for (size_t begin = 0;;) {
    auto end = text.find('\n', begin);
    if (end == std::string_view::npos)
      return std::nullopt;
    auto line = text.substr(begin, end - begin);
    if (line.find(part) != std::string_view::npos)
      return std::string{line};
    begin = end + 1;
  }
}

} // namespace

std::string built_program(std::string_view name) {
  return TROUPE_PROGRAM_DIR "/" + std::string{name};
}

process::process(const command& x) {
  // The program ends with the test, even if that is killed.
  std::vector<std::string> line{"setpriv", "--pdeathsig", "KILL", "--"};
  line.insert(line.end(), x.line.begin(), x.line.end());
  auto environment = x.environment;
  for (auto var = environ; *var != nullptr; ++var)
    environment.emplace_back(*var);
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  check(posix_spawnattr_init(&attributes), "posix_spawnattr_init");
  check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions");
  auto in = memory_file("stdin");
  out_ = memory_file("stdout");
  err_ = memory_file("stderr");
  auto written = pwrite(in, x.input.data(), x.input.size(), 0);
  auto error = written == static_cast<ssize_t>(x.input.size()) ? 0 : EIO;
  auto then = [&error](int next) { error = error != 0 ? error : next; };
  then(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP));
  then(posix_spawn_file_actions_adddup2(&actions, in, 0));
  then(posix_spawn_file_actions_adddup2(&actions, out_, 1));
  then(posix_spawn_file_actions_adddup2(&actions, err_, 2));
  if (!x.directory.empty())
    then(posix_spawn_file_actions_addchdir_np(&actions, x.directory.c_str()));
  if (error == 0)
    error = posix_spawnp(&pid_, "setpriv", &actions, &attributes,
                         pointers(line).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close_all({in});
  if (error == 0 && (handle_ = open_handle(pid_)) < 0)
    error = errno;
  if (error != 0) {
    kill_and_reap();
    check(error, "cannot start a process");
  }
}

process::process(process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      handle_(std::exchange(other.handle_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      report_(std::exchange(other.report_, std::nullopt)) {
  // nop
}

process& process::operator=(process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(handle_, other.handle_);
  std::swap(out_, other.out_);
  std::swap(err_, other.err_);
  std::swap(report_, other.report_);
  return *this;
}

process::~process() {
  kill_and_reap();
}

std::string process::out() const {
  return content(out_);
}

std::string process::err() const {
  return content(err_);
}

std::optional<std::string> process::line_with(std::string_view part,
                                              duration deadline) {
  std::optional<std::string> result;
  auto found_or_ended = [&] {
    // Ended before the look: then nothing can be written after it.
    auto ended = wait(duration{0}).has_value();
    result = find_line(out(), part);
    if (!result)
      result = find_line(err(), part);
    return result || ended;
  };
  static_cast<void>(eventually(deadline, found_or_ended));
  return result;
}

std::optional<exit_report> process::wait(duration deadline) {
  if (report_ || pid_ < 0)
    return report_;
  pollfd handle{handle_, POLLIN, 0};
  auto end = std::chrono::steady_clock::now() + deadline;
  for (;;) {
    auto n = poll(&handle, 1, static_cast<int>(deadline.count()));
    if (n == 0)
      return std::nullopt;
    if (n > 0)
      break;
    // Interrupted by a signal.
    deadline = std::max(
        duration{0},
        std::chrono::ceil<duration>(end - std::chrono::steady_clock::now()));
  }
  // The program stays a zombie until the destructor, which keeps its number and
  // that of its group from going to somebody else. Only the bare system call
  // reports the usage as well.
  siginfo_t info{};
  rusage usage{};
  while (syscall(SYS_waitid, P_PID, pid_, &info, WEXITED | WNOWAIT, &usage) < 0
         && errno == EINTR)
    ; // nop
  auto& result = report_.emplace();
  if (info.si_code == CLD_EXITED)
    result.code = info.si_status;
  else
    result.signal = info.si_status;
  result.peak_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  return report_;
}

void process::signal(int number) {
  if (pid_ > 0)
    kill(pid_, number);
}

void process::kill_and_reap() noexcept {
  if (pid_ > 0) {
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
      ; // nop
  }
  close_all({handle_, out_, err_});
  pid_ = handle_ = out_ = err_ = -1;
}

std::optional<finished> run(const command& x, process::duration deadline) {
  process child{x};
  auto report = child.wait(deadline);
  if (!report)
    return std::nullopt;
  return finished{*report, child.out(), child.err()};
}

} // namespace troupe::test
