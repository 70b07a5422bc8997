// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "work.hpp"

namespace bench {

/// All runs of one metric of one subject at one work.
struct result {
  std::string work;
  std::string subject;
  std::string metric;
  std::string unit;
  better direction;
  std::vector<double> values;

  double median() const;
  double min() const;
  double max() const;
};

/// How troupe compares to a peer; above one, troupe is ahead.
struct ratio {
  std::string work;
  std::string metric;
  std::string peer;
  double value;
};

/// Something to know about the values of one subject at one work.
struct note {
  std::string work;
  std::string subject;
  std::string text;
};

/// All runs.
struct report {
  std::vector<result> results;
  std::vector<note> notes;

  /// Adds one run. A later note of the same work and subject takes the place of
  /// an earlier one.
  void book(const std::string& work, const std::string& subject,
            const outcome& run);
};

/// Returns the comparisons where troupe and a peer have the same metric. A
/// value of zero compares with nothing.
std::vector<ratio> ratios(const report& x);

/// All results and all ratios, with what `machine` says.
nlohmann::json to_json(const report& x, nlohmann::json machine);

/// A table for people, then the notes, ratios last.
std::string to_text(const report& x);

} // namespace bench
