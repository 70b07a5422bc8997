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

/// Adds one run.
void book(std::vector<result>& xs, const std::string& work,
          const std::string& subject, const samples& run);

std::vector<ratio> ratios(const std::vector<result>& xs);

/// The machine, all results and all ratios.
nlohmann::json to_json(const std::vector<result>& xs);

/// A table for people, ratios last.
std::string to_text(const std::vector<result>& xs);

} // namespace bench
