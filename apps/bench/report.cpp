// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>
#include <sys/utsname.h>
#include <unistd.h>

namespace bench {

namespace {

nlohmann::json machine() {
  nlohmann::json result;
  utsname name{};
  uname(&name);
  result["system"] = std::string{name.sysname} + " " + name.release;
  result["architecture"] = name.machine;
  result["cores"] = std::thread::hardware_concurrency();
  result["memory_bytes"] = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES))
                           * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  std::ifstream in{"/proc/cpuinfo"};
  for (std::string line; std::getline(in, line);)
    if (line.rfind("model name", 0) == 0) {
      result["processor"] = line.substr(line.find(':') + 2);
      break;
    }
  return result;
}

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

double percentile(std::vector<double> xs, double share) {
  if (xs.empty())
    return 0;
  std::sort(xs.begin(), xs.end());
  auto index = static_cast<size_t>(share * static_cast<double>(xs.size()));
  return xs[std::min(index, xs.size() - 1)];
}

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

void book(std::vector<result>& xs, const std::string& work,
          const std::string& subject, const samples& run) {
  for (auto& x : run) {
    auto i = std::find_if(xs.begin(), xs.end(), [&](const result& y) {
      return y.work == work && y.subject == subject && y.metric == x.metric;
    });
    if (i == xs.end())
      i = xs.insert(xs.end(),
                    {work, subject, x.metric, x.unit, x.direction, {}});
    i->values.push_back(x.value);
  }
}

std::vector<ratio> ratios(const std::vector<result>& xs) {
  std::vector<ratio> result;
  for (auto& ours : xs) {
    if (ours.subject != "troupe")
      continue;
    for (auto& theirs : xs) {
      if (theirs.subject == "troupe" || theirs.work != ours.work
          || theirs.metric != ours.metric)
        continue;
      auto above = ours.median();
      auto below = theirs.median();
      if (ours.direction == better::lower)
        std::swap(above, below);
      if (below > 0)
        result.push_back(
            {ours.work, ours.metric, theirs.subject, above / below});
    }
  }
  return result;
}

nlohmann::json to_json(const std::vector<result>& xs) {
  nlohmann::json out;
  out["machine"] = machine();
  out["results"] = nlohmann::json::array();
  for (auto& x : xs)
    out["results"].push_back({{"work", x.work},
                              {"subject", x.subject},
                              {"metric", x.metric},
                              {"unit", x.unit},
                              {"median", x.median()},
                              {"min", x.min()},
                              {"max", x.max()},
                              {"runs", x.values.size()}});
  out["ratios"] = nlohmann::json::array();
  for (auto& x : ratios(xs))
    out["ratios"].push_back({{"work", x.work},
                             {"metric", x.metric},
                             {"peer", x.peer},
                             {"ratio", x.value}});
  return out;
}

std::string to_text(const std::vector<result>& xs) {
  std::string out;
  char line[256];
  std::snprintf(line, sizeof(line), "%-13s %-16s %-8s %10s %10s %10s  %s\n",
                "work", "metric", "subject", "median", "min", "max", "unit");
  out += line;
  for (auto& x : xs) {
    std::snprintf(line, sizeof(line), "%-13s %-16s %-8s %10s %10s %10s  %s\n",
                  x.work.c_str(), x.metric.c_str(), x.subject.c_str(),
                  number(x.median()).c_str(), number(x.min()).c_str(),
                  number(x.max()).c_str(), x.unit.c_str());
    out += line;
  }
  out += "\ntroupe against its peers, more is better for troupe\n";
  for (auto& x : ratios(xs)) {
    std::snprintf(line, sizeof(line), "%-13s %-16s %-8s %10.2f\n",
                  x.work.c_str(), x.metric.c_str(), x.peer.c_str(), x.value);
    out += line;
  }
  return out;
}

} // namespace bench
