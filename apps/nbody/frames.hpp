// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "caf/error.hpp"

namespace nbody {

/// Pixels of a frame, in each direction.
constexpr size_t frame_size = 720;

/// Returns how bright each pixel is: the sky seen along the z axis, on a
/// logarithmic scale.
/// @param places As in `troupe::nbody_state`; masses may follow.
/// @param count How many particles there are.
/// @param radius What lies in the picture, from the centre on.
std::vector<uint16_t> draw(std::span<const double> places, size_t count,
                           double radius);

/// Writes pictures as `frame-00000.png` and so on into a folder.
class frame_folder {
public:
  /// Makes the folder if there is none.
  /// @returns `errc::cannot_write` with one line for people.
  static caf::error prepare(const std::string& path);

  explicit frame_folder(std::string path) : path_(std::move(path)) {
    // nop
  }

  /// @returns `errc::cannot_write` with one line for people.
  caf::error add(std::span<const double> places, size_t count);

  size_t written() const {
    return written_;
  }

private:
  std::string path_;
  size_t written_ = 0;
};

} // namespace nbody
