// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace demo {

std::string to_text(const summary& x) {
  std::string faults;
  for (auto& [kind, number] : x.injected)
    faults += fmt::format("{}{} x {}", faults.empty() ? "" : ", ", number,
                          to_string(kind));
  auto result = fmt::format("injected     {}\n", faults);
  result += fmt::format("restarts     {}, {} of them given up as stuck\n",
                        x.restarts, x.disowned);
  result += fmt::format("escalations  {}\n", x.escalations);
  result += fmt::format("quarantined  {}\n", x.quarantined);
  result += fmt::format("steps again  {} of the surveys\n", x.repeated_steps);
  result += fmt::format("lost         {}\n", x.lost);
  result += fmt::format(
      "answer       {}, {}\n", x.answer,
      x.right() ? "right" : fmt::format("WRONG: {} expected", x.expected));
  return result;
}

std::string to_json(const summary& x) {
  auto injected = nlohmann::ordered_json::object();
  for (auto& [kind, number] : x.injected)
    injected[to_string(kind)] = number;
  return nlohmann::ordered_json{
      {"answer", x.answer},
      {"expected", x.expected},
      {"right", x.right()},
      {"injected", injected},
      {"restarts", x.restarts},
      {"escalations", x.escalations},
      {"quarantined", x.quarantined},
      {"disowned", x.disowned},
      {"repeated_steps", x.repeated_steps},
      {"lost", x.lost},
      {"seed", x.seed},
  }
      .dump();
}

} // namespace demo
