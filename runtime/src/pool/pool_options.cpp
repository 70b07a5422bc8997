// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool_options.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

constexpr auto min_resident_bytes = uint64_t{1} << 20;

caf::error out_of_range(const char* field, size_t x, size_t least,
                        size_t most) {
  return make_error(errc::bad_pool_limit,
                    fmt::format("pool_options::{} {} is not in {} to {}", field,
                                x, least, most));
}

caf::error wrong_time(const char* field, const char* what) {
  return make_error(errc::bad_pool_time,
                    fmt::format("pool_options::{} must {}", field, what));
}

caf::error check(const elastic_size& x, size_t fixed) {
  auto wrong = [](const char* text) {
    return make_error(errc::bad_elastic_size,
                      std::string{"pool_options::elastic"} + text);
  };
  if (!x.worker)
    return wrong(".worker starts nothing");
  if (x.most < x.least || x.most < fixed || x.most > 4'096)
    return wrong(".most must be at least .least and the number of workers, and "
                 "at most 4096");
  if (x.max_wait < std::chrono::milliseconds{1})
    return wrong(".max_wait must be at least 1 ms");
  if (x.max_idle < std::chrono::milliseconds{1})
    return wrong(".max_idle must be at least 1 ms");
  return {};
}

caf::error check(const recycling& x, const pool_options& pool) {
  if (x.tasks == uint64_t{0})
    return make_error(errc::bad_recycling,
                      "pool_options::recycle.tasks must be at least 1");
  if (x.resident_bytes && *x.resident_bytes < min_resident_bytes)
    return make_error(errc::bad_recycling,
                      fmt::format("pool_options::recycle.resident_bytes {} is "
                                  "less than {}",
                                  *x.resident_bytes, min_resident_bytes));
  for (auto& worker : pool.workers)
    if (auto err = validate(x, worker))
      return err;
  return pool.elastic ? validate(x, pool.elastic->worker) : caf::error{};
}

} // namespace

caf::error validate(const recycling& how, const starter& x) {
  if (!how.resident_bytes || x.where().level == isolation::process)
    return {};
  return make_error(errc::bad_recycling,
                    fmt::format("pool_options::recycle.resident_bytes: a {} "
                                "worker shares the memory of its process",
                                to_string(x.where().level)));
}

caf::error validate(const pool_options& x) {
  constexpr auto zero = caf::timespan{0};
  if (!std::all_of(x.workers.begin(), x.workers.end(),
                   [](auto& y) { return static_cast<bool>(y); }))
    return make_error(errc::missing_start,
                      "pool_options::workers has an empty starter");
  if (to_string(x.policy) == "unknown")
    return make_error(errc::bad_routing, "pool_options::policy is none");
  if (x.max_queued > 100'000'000)
    return out_of_range("max_queued", x.max_queued, 0, 100'000'000);
  if (x.max_credit == 0 || x.max_credit > 65'536)
    return out_of_range("max_credit", x.max_credit, 1, 65'536);
  if (x.max_attempts == 0 || x.max_attempts > 1'000)
    return out_of_range("max_attempts", x.max_attempts, 1, 1'000);
  if (x.credit_horizon < zero)
    return wrong_time("credit_horizon", "not be negative");
  if (x.start_timeout <= zero)
    return wrong_time("start_timeout", "be positive");
  if (x.stop_timeout < zero)
    return wrong_time("stop_timeout", "not be negative");
  if (x.cancel_grace < zero)
    return wrong_time("cancel_grace", "not be negative");
  if (x.intensity.period <= zero)
    return make_error(errc::bad_intensity,
                      "pool_options::intensity has no positive period");
  if (x.restart_delay.first <= zero
      || x.restart_delay.cap < x.restart_delay.first)
    return make_error(errc::bad_backoff,
                      "pool_options::restart_delay must have 0 < first <= cap");
  if (x.max_quarantined > 1'000'000)
    return out_of_range("max_quarantined", x.max_quarantined, 0, 1'000'000);
  if (x.hedge) {
    if (x.hedge->after < std::chrono::milliseconds{1})
      return make_error(errc::bad_hedge,
                        "pool_options::hedge.after must be at least 1 ms");
    if (auto share = x.hedge->percentile;
        share && !(*share > 0.0 && *share < 1.0))
      return make_error(errc::bad_hedge, "pool_options::hedge.percentile must "
                                         "be between 0 and 1");
  }
  if (x.elastic)
    if (auto err = check(*x.elastic, x.workers.size()))
      return err;
  return x.recycle ? check(*x.recycle, x) : caf::error{};
}

} // namespace troupe
