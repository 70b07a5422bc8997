// SPDX-License-Identifier: Apache-2.0

#include "supervision/in_flight.hpp"

namespace troupe {

in_flight_verdict decide(const in_flight_options& opts,
                         const in_flight_facts& facts) {
  using kind = in_flight_facts::kind;
  if (facts.what == kind::other)
    return in_flight_verdict::done;
  if (!facts.threw && (facts.answered || !is_failure(facts.end)))
    return in_flight_verdict::done;
  if (opts.policy == in_flight_policy::drop)
    return in_flight_verdict::drop;
  if (opts.policy == in_flight_policy::retry && facts.kept)
    return facts.failures < opts.retries ? in_flight_verdict::retry
                                         : in_flight_verdict::quarantine;
  return facts.what == kind::request && !facts.answered
             ? in_flight_verdict::answer
             : in_flight_verdict::drop;
}

} // namespace troupe
