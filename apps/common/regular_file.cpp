// SPDX-License-Identifier: Apache-2.0

#include "common/regular_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace app {

regular_file::regular_file(const std::string& name)
    : fd_(::open(name.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat info = {};
  auto known = fd_ >= 0 && ::fstat(fd_, &info) == 0;
  if (known && S_ISREG(info.st_mode)) {
    size_ = static_cast<uint64_t>(info.st_size);
    return;
  }
  std::string problem = known ? "is not a regular file" : std::strerror(errno);
  if (fd_ >= 0)
    ::close(fd_);
  throw std::runtime_error(problem);
}

regular_file::~regular_file() {
  ::close(fd_);
}

std::string regular_file::read(uint64_t offset, uint64_t count) const {
  if (offset >= size_)
    return {};
  std::string result(std::min(count, size_ - offset), '\0');
  for (size_t done = 0; done < result.size();) {
    auto n = ::pread(fd_, result.data() + done, result.size() - done,
                     static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      throw std::runtime_error(std::strerror(errno));
    if (n == 0)
      throw std::runtime_error("the file has become shorter");
    done += static_cast<size_t>(n);
  }
  return result;
}

} // namespace app
