// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

namespace troupe::test {

/// A file that exists as long as this object.
class temporary_file {
public:
  explicit temporary_file(std::string_view content)
      : path_((std::filesystem::temp_directory_path() / "troupe-XXXXXX")) {
    auto fd = mkstemp(path_.data());
    if (fd < 0)
      throw std::runtime_error("cannot make a temporary file");
    close(fd);
    std::ofstream{path_, std::ios::binary} << content;
  }

  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  ~temporary_file() {
    unlink(path_.c_str());
  }

  const std::string& path() const noexcept {
    return path_;
  }

private:
  std::string path_;
};

} // namespace troupe::test
