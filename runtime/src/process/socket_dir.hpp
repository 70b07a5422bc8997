// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <utility>

#include "caf/expected.hpp"

namespace troupe {

/// A directory for a unix socket that only this user may enter; removed at the
/// end with the socket in it.
class socket_dir {
public:
  /// No directory.
  socket_dir() = default;

  /// Makes one in `XDG_RUNTIME_DIR`, or else in `/tmp`. Removes what processes
  /// that were killed have left there.
  /// @returns `errc::cannot_listen` with the system's reason on failure.
  static caf::expected<socket_dir> make();

  socket_dir(socket_dir&& x) noexcept : path_(std::exchange(x.path_, {})) {
    // nop
  }

  socket_dir& operator=(socket_dir&& x) noexcept {
    std::swap(path_, x.path_);
    return *this;
  }

  ~socket_dir();

  /// Returns the path of the socket.
  std::string socket() const {
    return path_ + "/link";
  }

private:
  std::string path_;
};

} // namespace troupe
