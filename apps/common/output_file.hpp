// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "caf/error.hpp"
#include "caf/expected.hpp"

#include "common/exit_code.hpp"

namespace app {

/// A file that is written in full or not at all.
///
/// A regular file is written under a temporary name in the same directory,
/// synced and renamed; until then whatever was there stays, and no failure
/// leaves a part of it. A device or pipe is written directly.
class output_file {
public:
  /// Appends the next part of the content to its argument.
  /// @returns `false` if nothing is left to append.
  using source = std::function<bool(std::string&)>;

  /// Checks that the file can be written, and leaves nothing behind.
  /// @returns `errc::cannot_write` with one line for people otherwise.
  static caf::expected<output_file> open(std::string name);

  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&&) = delete;
  ~output_file();

  /// Writes everything that `next` has.
  caf::error write(const source& next);

  caf::error write(std::string content);

private:
  explicit output_file(std::string name);

  /// Returns `errno` as an error.
  caf::error failed() const;

  std::string name_;

  /// The file to replace, with no link left to follow.
  std::filesystem::path target_;

  /// Open already if the output is a device or a pipe.
  std::optional<int> special_fd_;
};

/// Opens the file that an option names, if it names one.
/// @returns `ok`, or `output` after a line on standard error.
/// @relates output_file
exit_code open_named(const std::optional<std::string>& name,
                     std::optional<output_file>& to);

} // namespace app
