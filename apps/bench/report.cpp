// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace bench {

namespace {

std::string number(double x) {
  char text[32];
  auto digits =
      x == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::abs(x))));
  if (digits >= 6)
    std::snprintf(text, sizeof(text), "%.3g M", x * 1e-6);
  else if (digits >= 4)
    std::snprintf(text, sizeof(text), "%.3g k", x * 1e-3);
  else
    std::snprintf(text, sizeof(text), "%.3g", x);
  return text;
}

} // namespace

double result::median() const {
  auto xs = values;
  std::sort(xs.begin(), xs.end());
  auto n = xs.size();
  return n % 2 == 1 ? xs[n / 2] : (xs[n / 2 - 1] + xs[n / 2]) / 2;
}

double result::min() const {
  return *std::min_element(values.begin(), values.end());
}

double result::max() const {
  return *std::max_element(values.begin(), values.end());
}

void report::book(const std::string& work, const std::string& subject,
                  const outcome& run) {
  for (auto& x : run.values) {
    auto i = std::find_if(results.begin(), results.end(), [&](const result& y) {
      return y.work == work && y.subject == subject && y.metric == x.metric;
    });
    if (i == results.end())
      i = results.insert(results.end(),
                         {work, subject, x.metric, x.unit, x.direction, {}});
    i->values.push_back(x.value);
  }
  if (run.notes.empty())
    return;
  std::erase_if(notes, [&](const note& x) {
    return x.work == work && x.subject == subject;
  });
  for (auto& x : run.notes)
    notes.push_back({work, subject, x});
}

std::vector<ratio> ratios(const report& x) {
  std::vector<ratio> list;
  for (auto& ours : x.results) {
    if (ours.subject != "troupe")
      continue;
    for (auto& theirs : x.results) {
      if (theirs.subject == "troupe" || theirs.work != ours.work
          || theirs.metric != ours.metric)
        continue;
      auto above = ours.median();
      auto below = theirs.median();
      if (ours.direction == better::lower)
        std::swap(above, below);
      if (above > 0 && below > 0)
        list.push_back({ours.work, ours.metric, theirs.subject, above / below});
    }
  }
  return list;
}

nlohmann::json to_json(const report& x, nlohmann::json machine) {
  nlohmann::json out;
  out["machine"] = std::move(machine);
  out["results"] = nlohmann::json::array();
  for (auto& y : x.results)
    out["results"].push_back({{"work", y.work},
                              {"subject", y.subject},
                              {"metric", y.metric},
                              {"unit", y.unit},
                              {"median", y.median()},
                              {"min", y.min()},
                              {"max", y.max()},
                              {"runs", y.values.size()}});
  out["ratios"] = nlohmann::json::array();
  for (auto& y : ratios(x))
    out["ratios"].push_back({{"work", y.work},
                             {"metric", y.metric},
                             {"peer", y.peer},
                             {"ratio", y.value}});
  return out;
}

std::string to_text(const report& x) {
  std::string out;
  char line[256];
  std::snprintf(line, sizeof(line), "%-13s %-16s %-8s %10s %10s %10s  %s\n",
                "work", "metric", "subject", "median", "min", "max", "unit");
  out += line;
  for (auto& y : x.results) {
    std::snprintf(line, sizeof(line), "%-13s %-16s %-8s %10s %10s %10s  %s\n",
                  y.work.c_str(), y.metric.c_str(), y.subject.c_str(),
                  number(y.median()).c_str(), number(y.min()).c_str(),
                  number(y.max()).c_str(), y.unit.c_str());
    out += line;
  }
  if (!x.notes.empty())
    out += "\n";
  for (auto& y : x.notes)
    out += y.work + " of " + y.subject + ": " + y.text + "\n";
  auto list = ratios(x);
  if (list.empty())
    return out;
  out += "\ntroupe against its peers, more is better for troupe\n";
  for (auto& y : list) {
    std::snprintf(line, sizeof(line), "%-13s %-16s %-8s %10s\n", y.work.c_str(),
                  y.metric.c_str(), y.peer.c_str(), number(y.value).c_str());
    out += line;
  }
  return out;
}

} // namespace bench
