// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/scheduler_options.hpp"

#include "caf/actor_system_config.hpp"
#include "caf/settings.hpp"

namespace troupe {

std::string to_string(worker_placement x) {
  switch (x) {
    case worker_placement::pinned:
      return "pinned";
    case worker_placement::floating:
      return "floating";
  }
  return "unknown";
}

scheduler_options read_scheduler_options(const caf::actor_system_config& cfg) {
  scheduler_options result;
  auto& xs = content(cfg);
  auto read = [&](const char* name, auto& field) {
    using type = std::decay_t<decltype(field)>;
    auto key = std::string{"troupe.scheduler."} + name;
    if (auto x = caf::get_if<type>(&xs, key))
      field = *x;
  };
  auto read_positive = [&](const std::string& key, auto& field) {
    if (auto x = caf::get_if<size_t>(&xs, key); x && *x > 0)
      field = *x;
  };
  read_positive("scheduler.max-threads", result.workers);
  read_positive("troupe.scheduler.workers", result.workers);
  std::string placement;
  read("placement", placement);
  if (placement == "floating")
    result.placement = worker_placement::floating;
  // CAF's own default means unlimited; it is not in `xs` unless set.
  read_positive("scheduler.max-throughput", result.messages_per_turn);
  read_positive("troupe.scheduler.messages-per-turn", result.messages_per_turn);
  read("time-per-turn", result.time_per_turn);
  read_positive("troupe.scheduler.direct-turns", result.direct_turns);
  read_positive("troupe.scheduler.injection-interval",
                result.injection_interval);
  read("spin", result.spin);
  read("watch-interval", result.watch_interval);
  return result;
}

void write_scheduler_options(caf::actor_system_config& cfg,
                             const scheduler_options& x) {
  // `cfg.set` only takes options that CAF knows.
  auto put = [&](const char* name, auto value) {
    caf::put(cfg.content, std::string{"troupe.scheduler."} + name, value);
  };
  if (x.workers)
    put("workers", *x.workers);
  put("placement", to_string(x.placement));
  put("messages-per-turn", x.messages_per_turn);
  put("time-per-turn", x.time_per_turn);
  put("direct-turns", x.direct_turns);
  put("injection-interval", x.injection_interval);
  put("spin", x.spin);
  put("watch-interval", x.watch_interval);
}

} // namespace troupe
