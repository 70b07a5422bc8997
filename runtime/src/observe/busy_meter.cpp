// SPDX-License-Identifier: Apache-2.0

#include "observe/busy_meter.hpp"

#include <algorithm>

namespace troupe {

std::optional<double> busy_meter::share(uint64_t actor, caf::timespan run_time,
                                        time_point now) {
  auto [i, added] =
      entries_.try_emplace(actor, entry{now, run_time, std::nullopt, round_});
  auto& x = i->second;
  x.round = round_;
  if (added)
    return std::nullopt;
  auto passed = now - x.time;
  if (passed < shortest)
    return x.share;
  using seconds = std::chrono::duration<double>;
  x.share =
      std::clamp(seconds{run_time - x.run_time} / seconds{passed}, 0., 1.);
  x.time = now;
  x.run_time = run_time;
  return x.share;
}

void busy_meter::end() {
  std::erase_if(entries_, [this](auto& x) { return x.second.round != round_; });
}

} // namespace troupe
