// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/child_spec.hpp"

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

std::string to_string(restart_type x) {
  switch (x) {
    case restart_type::permanent:
      return "permanent";
    case restart_type::transient:
      return "transient";
    case restart_type::temporary:
      return "temporary";
  }
  return "unknown";
}

std::string to_string(child_kind x) {
  switch (x) {
    case child_kind::worker:
      return "worker";
    case child_kind::supervisor:
      return "supervisor";
  }
  return "unknown";
}

std::string to_string(significance x) {
  switch (x) {
    case significance::ordinary:
      return "ordinary";
    case significance::significant:
      return "significant";
  }
  return "unknown";
}

namespace {

constexpr size_t most_retries = 1'000;
constexpr size_t most_waiting = 100'000'000;
constexpr size_t most_failures = 1'000;
constexpr uint64_t most_checkpoint_bytes = uint64_t{1} << 30;

template <class T>
bool within(T x, T first, T last) {
  return first <= x && x <= last;
}

bool is_positive(caf::timespan x) {
  return x.count() > 0;
}

bool is_wrong(const restart_backoff& x) {
  return !is_positive(x.bounds.first) || x.bounds.cap < x.bounds.first
         || !is_positive(x.reset_after);
}

bool is_wrong(const isolation_escalation& x) {
  return !x.start || !within(x.failures, size_t{1}, most_failures)
         || !is_positive(x.period);
}

bool is_wrong(const hang_detection& x) {
  return !within(x.policy, stuck_policy::warn, stuck_policy::replace)
         || !is_positive(x.longest) || !is_positive(x.grace);
}

/// Of what another node holds, nothing comes back when it ends.
bool asks_too_much(const child_spec& x) {
  auto is_lent = [](const starter& y) {
    return y.where().level == isolation::node;
  };
  return x.in_flight.policy != in_flight_policy::reply_error
         && (is_lent(x.start)
             || (x.escalation && is_lent(x.escalation->start)));
}

} // namespace

caf::error validate(const child_spec& x) {
  if (x.id.empty())
    return make_error(errc::missing_child_id, "a child spec has no id");
  auto wrong = [&x](errc code, std::string_view what) {
    return make_error(code, fmt::format("child '{}': {}", x.id, what));
  };
  if (!x.start)
    return wrong(errc::missing_start, "start has no function");
  if (!within(x.restart, restart_type::permanent, restart_type::temporary))
    return wrong(errc::bad_restart_type, "restart is no restart_type");
  if (!within(x.kind, child_kind::worker, child_kind::supervisor))
    return wrong(errc::bad_child_kind, "kind is no child_kind");
  if (x.shutdown && x.shutdown->limit()
      && x.shutdown->limit() < caf::timespan{0})
    return wrong(errc::bad_stop_limit, "shutdown is negative");
  if (x.start_timeout && !is_positive(*x.start_timeout))
    return wrong(errc::bad_start_timeout, "start_timeout is not positive");
  if (x.delay && is_wrong(*x.delay))
    return wrong(errc::bad_backoff,
                 "delay needs 0 < first <= cap and 0 < reset_after");
  if (!within(x.significant, significance::ordinary, significance::significant))
    return wrong(errc::bad_significance, "significant is no significance");
  if (x.significant == significance::significant
      && x.restart == restart_type::permanent)
    return wrong(errc::bad_significance,
                 "a permanent child cannot be significant, it never ends");
  if (!within(x.mailbox, mailbox_policy::keep, mailbox_policy::discard))
    return wrong(errc::bad_mailbox_policy, "mailbox is no mailbox_policy");
  if (!within(x.in_flight.policy, in_flight_policy::reply_error,
              in_flight_policy::retry))
    return wrong(errc::bad_in_flight_policy, "in_flight is no policy");
  if (x.in_flight.retries > most_retries)
    return wrong(errc::bad_in_flight_policy, "more than 1,000 retries");
  if (asks_too_much(x))
    return wrong(errc::bad_in_flight_policy,
                 "a node gives no message in work back: in_flight must be "
                 "reply_error");
  if (x.max_waiting > most_waiting)
    return wrong(errc::bad_max_waiting, "max_waiting is above 100,000,000");
  if (x.hang && is_wrong(*x.hang))
    return wrong(errc::bad_hang_limit,
                 "hang needs a policy, 0 < longest and 0 < grace");
  if (x.max_checkpoint_bytes > most_checkpoint_bytes)
    return wrong(errc::bad_checkpoint_limit,
                 "max_checkpoint_bytes is above 1 GiB");
  if (x.escalation && is_wrong(*x.escalation))
    return wrong(errc::bad_escalation,
                 "escalation needs a start, 1 to 1,000 failures and 0 < "
                 "period");
  if (x.escalation && x.restart == restart_type::temporary)
    return wrong(errc::bad_escalation,
                 "a temporary child is never moved, it is not restarted");
  return {};
}

} // namespace troupe
