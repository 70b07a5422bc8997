// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace troupe::test {

/// A directory of its own for one test, removed with all it holds at the end.
class temp_dir {
public:
  temp_dir();
  ~temp_dir();

  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;

  const std::filesystem::path& path() const noexcept {
    return path_;
  }

  /// Returns the path of `name` in the directory, whether it exists or not.
  std::string file(std::string_view name) const;

  /// Writes a file.
  /// @returns its path.
  std::string write(std::string_view name, std::string_view content) const;

private:
  std::filesystem::path path_;
};

/// Returns the content of the file; throws `std::system_error` without one.
std::string read_file(const std::filesystem::path& x);

} // namespace troupe::test
