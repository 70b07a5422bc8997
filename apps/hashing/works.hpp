// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "caf/timespan.hpp"

#include "common/workshop.hpp"
#include "options.hpp"

namespace hashing {

/// What came of a work.
struct outcome {
  std::string name;

  /// Merkle tree hash.
  std::string hash;

  uint64_t items = 0;
  uint64_t bytes = 0;
  std::optional<uint32_t> iterations;
  caf::timespan wall{0};
};

/// Derives all keys.
/// @returns `ok`, or what to exit with after a line on standard error.
exit_code derive_keys(app::workshop& shop, const key_options& opts,
                      outcome& result);

/// Hashes the file.
exit_code hash_tree(app::workshop& shop, const tree_options& opts,
                    outcome& result);

} // namespace hashing
