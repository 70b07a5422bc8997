// SPDX-License-Identifier: Apache-2.0

#include "common/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"

#include "common/refuse.hpp"

namespace app {

namespace {

namespace fs = std::filesystem;

constexpr size_t chunk_bytes = 65'536;

/// Whatever is written goes here until it may take its final name.
class temporary_file {
public:
  explicit temporary_file(const fs::path& target)
      : path_(
          target.parent_path()
          / fmt::format(".{}.{}.tmp", target.filename().string(), getpid())),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                   0666)),
        exists_(fd_ >= 0) {
    // nop
  }

  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  ~temporary_file() {
    if (fd_ >= 0)
      ::close(fd_);
    if (exists_)
      ::unlink(path_.c_str());
  }

  int fd() const noexcept {
    return fd_;
  }

  /// Makes the content durable and gives it its name.
  bool rename_to(const fs::path& target) {
    struct stat old = {};
    if (::stat(target.c_str(), &old) == 0
        && ::fchmod(fd_, old.st_mode & 07777) != 0)
      return false;
    if (::fsync(fd_) != 0 || ::close(std::exchange(fd_, -1)) != 0
        || ::rename(path_.c_str(), target.c_str()) != 0)
      return false;
    exists_ = false;
    return sync_directory(target.parent_path());
  }

private:
  static bool sync_directory(const fs::path& path) {
    auto fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
      return false;
    auto done = ::fsync(fd) == 0;
    ::close(fd);
    return done;
  }

  fs::path path_;
  int fd_;
  bool exists_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool write_all(int fd, const output_file::source& next) {
  std::string chunk;
  for (auto more = true; more;) {
    more = next(chunk);
    if (!more || chunk.size() >= chunk_bytes) {
      if (!write_all(fd, chunk))
        return false;
      chunk.clear();
    }
  }
  return true;
}

/// Pipes and devices have nothing to sync.
bool sync_special(int fd) {
  return ::fsync(fd) == 0 || errno == EINVAL || errno == EROFS;
}

} // namespace

caf::error output_file::failed() const {
  return make_error(troupe::errc::cannot_write,
                    fmt::format("{}: {}", name_, std::strerror(errno)));
}

caf::expected<output_file> output_file::open(std::string name) {
  output_file result{std::move(name)};
  struct stat info = {};
  auto exists = ::stat(result.name_.c_str(), &info) == 0;
  if (exists && !S_ISREG(info.st_mode)) {
    result.special_fd_ = ::open(result.name_.c_str(), O_WRONLY | O_CLOEXEC);
    if (*result.special_fd_ < 0) {
      result.special_fd_.reset();
      return result.failed();
    }
    return result;
  }
  if (exists && ::access(result.name_.c_str(), W_OK) != 0)
    return result.failed();
  // The rename has to replace the file, not a link to it.
  std::error_code problem;
  result.target_ = exists ? fs::canonical(result.name_, problem)
                          : fs::absolute(result.name_, problem);
  if (problem)
    return make_error(troupe::errc::cannot_write,
                      fmt::format("{}: {}", result.name_, problem.message()));
  if (temporary_file probe{result.target_}; probe.fd() < 0)
    return result.failed();
  return result;
}

output_file::output_file(std::string name) : name_(std::move(name)) {
  // nop
}

output_file::output_file(output_file&& other) noexcept
    : name_(std::move(other.name_)),
      target_(std::move(other.target_)),
      special_fd_(std::exchange(other.special_fd_, std::nullopt)) {
  // nop
}

output_file::~output_file() {
  if (special_fd_)
    ::close(*special_fd_);
}

caf::error output_file::write(const source& next) {
  if (special_fd_) {
    if (!write_all(*special_fd_, next) || !sync_special(*special_fd_))
      return failed();
    return {};
  }
  temporary_file file{target_};
  if (file.fd() < 0 || !write_all(file.fd(), next) || !file.rename_to(target_))
    return failed();
  return {};
}

caf::error output_file::write(std::string content) {
  return write([&](std::string& out) {
    out = std::move(content);
    return false;
  });
}

exit_code open_named(const std::optional<std::string>& name,
                     std::optional<output_file>& to) {
  if (!name)
    return exit_code::ok;
  auto opened = output_file::open(*name);
  if (!opened)
    return refuse(exit_code::output, troupe::describe(opened.error()));
  to.emplace(std::move(*opened));
  return exit_code::ok;
}

} // namespace app
