// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace troupe {

/// Calls `f` with the seeds 1 to `runs`, for `test_options::seed` or whatever
/// else is random; with the environment variable `TROUPE_TEST_SEED` only with
/// its value.
/// @throws test_failure with the seed and the text of the first exception that
///         `f` throws.
void explore(size_t runs, const std::function<void(uint64_t seed)>& f);

} // namespace troupe
