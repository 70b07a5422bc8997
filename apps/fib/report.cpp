// SPDX-License-Identifier: Apache-2.0

#include "report.hpp"

#include <algorithm>
#include <string_view>

#include "common/human.hpp"
#include <fmt/format.h>

namespace fib_app {

using app::colours;
using app::human;
using app::page;
using app::plural;

namespace {

/// Both phases side by side, or only the second if the first was skipped.
void compare(page& out, const summary& x) {
  size_t width = x.sequential ? 18 : 0;
  auto row = [&](std::string_view what, std::string_view before,
                 std::string_view now) {
    out.line("  {:<22}{:>{}}{:>18}", what, x.sequential ? before : "", width,
             now);
  };
  auto& p = x.parallel;
  auto s = x.sequential.value_or(sequential_phase{});
  row("", "one after another", "as messages");
  // Padded first: the codes for bold would count as columns.
  out.line("  {:<22}{:>{}}{}", "wall time", x.sequential ? human(s.wall) : "",
           width, out.bold(fmt::format("{:>18}", human(p.wall))));
  out.line("  time between two 1 ms ticks of the calling thread");
  row("  median", "-", human(p.gaps.quantile(0.50)));
  row("  p99", "-", human(p.gaps.quantile(0.99)));
  row("  longest", human(s.gaps.max()), human(p.gaps.max()));
}

void gain(page& out, const summary& x) {
  auto speed_up = x.speed_up();
  if (!speed_up)
    return;
  auto workers = x.workers();
  out.line("");
  out.line("  {}", out.bold(fmt::format("speed-up {:.2f}", *speed_up)));
  out.line("  efficiency {:.3f} on the {} of this host", *x.efficiency(x.cores),
           plural(x.cores, "core"));
  if (workers > 0 && x.nodes.size() > 1)
    out.line("  efficiency {:.3f} on the {} of {}", *x.efficiency(workers),
             plural(workers, "worker"), plural(x.nodes.size(), "node"));
}

void nodes(page& out, const summary& x) {
  size_t width = 4;
  for (auto& node : x.nodes)
    width = std::max(width, node.name.size());
  out.line("");
  out.line("  {:<{}}{:>10}{:>10}{:>9}{:>14}", "node", width, "workers", "tasks",
           "share", "busy");
  for (auto& node : x.nodes)
    out.line("  {:<{}}{:>10}{:>10}{:>7} %{:>14}", node.name, width,
             node.workers, node.tasks, node.tasks * 100 / x.tasks,
             human(node.busy));
  for (auto& node : x.nodes) {
    if (node.loss && node.requeued > 0)
      out.line("  {} was lost ({}); {} done elsewhere", node.name, *node.loss,
               node.requeued == 1
                   ? "1 open task was"
                   : fmt::format("{} open tasks were", node.requeued));
    else if (node.loss)
      out.line("  {} was lost ({}) with no task open", node.name, *node.loss);
  }
  if (x.parallel.restarts > 0)
    out.line("  workers were restarted {}",
             plural(x.parallel.restarts, "time"));
}

void verdict(page& out, const summary& x) {
  out.line("");
  if (x.good())
    out.line("  {}",
             out.green(x.tasks == 1
                           ? "the result is right"
                           : fmt::format("all {} results are right", x.tasks)));
  else
    out.line("  {}", out.red(fmt::format("{} lost, {} repeated, {} wrong of {}",
                                         x.lost, x.repeated, x.wrong,
                                         plural(x.tasks, "task"))));
}

} // namespace

std::string title(const task_list& x) {
  auto [least, most] = std::minmax_element(x.begin(), x.end());
  if (*least == *most)
    return fmt::format("{} x fib({})", x.size(), *least);
  return fmt::format("{}, fib({}) to fib({})", plural(x.size(), "task"), *least,
                     *most);
}

std::string report(const summary& x, colours c) {
  page out{c};
  compare(out, x);
  gain(out, x);
  nodes(out, x);
  verdict(out, x);
  return out.take();
}

} // namespace fib_app
