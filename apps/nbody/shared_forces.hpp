// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "troupe/buffer/owned_buffer.hpp"

#include "common/exit_code.hpp"
#include "common/workshop.hpp"

namespace nbody {

/// Where one task begins and ends.
struct part {
  size_t begin = 0;
  size_t end = 0;
};

/// Cuts `count` particles into parts of about the same size, one for each
/// worker. Parts begin where memory can be split.
std::vector<part> cut(size_t count, size_t workers);

/// Has workers compute forces. The places go to all of them as one buffer that
/// nobody changes any more; what they compute comes in parts of another, which
/// go there and back without a copy. A part of a worker that died with it is
/// made anew.
class shared_forces {
public:
  /// @param tell Called now and then.
  shared_forces(app::workshop& shop, double softening,
                std::function<void()> tell);

  /// Returns all forces; they stay until the next call. Empty if `code` tells
  /// to break off.
  std::span<const double> compute(std::span<const double> bodies);

  /// Returns what to exit with.
  app::exit_code code() const {
    return code_;
  }

private:
  using buffer = troupe::owned_buffer<double>;

  bool fail(const caf::error& why);
  bool make(size_t count);
  app::workshop& shop_;
  double softening_;
  std::function<void()> tell_;
  buffer forces_;
  app::exit_code code_ = app::exit_code::ok;
};

} // namespace nbody
