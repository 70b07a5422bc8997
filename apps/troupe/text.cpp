// SPDX-License-Identifier: Apache-2.0

#include "text.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <tuple>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "troupe/observe/plain_text.hpp"

#include "common/human.hpp"

namespace cli {

namespace {

using troupe::plain_text;

std::string percent(const caf::optional<double>& x) {
  return x ? fmt::format("{:.0f} %", *x * 100) : "";
}

std::string mebibytes(uint64_t x) {
  return fmt::format("{:.1f} MiB", static_cast<double>(x) / (1 << 20));
}

/// Columns of a terminal, roughly: one for each character.
size_t width(const std::string& x) {
  return static_cast<size_t>(std::count_if(x.begin(), x.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Returns what all threads of the scheduler were busy with, together.
std::string busy_threads(const troupe::node_snapshot& x) {
  std::string result = fmt::to_string(x.workers.size());
  double share = 0;
  for (auto& y : x.workers)
    if (y.busy_share)
      share += *y.busy_share;
    else
      return result;
  return x.workers.empty()
             ? result
             : fmt::format("{}, {:.0f} % busy", result,
                           100 * share / static_cast<double>(x.workers.size()));
}

std::string age_of(const troupe::child_info& x) {
  return x.busy_for ? app::human(*x.busy_for) : "";
}

} // namespace

std::string clock_time(caf::timestamp x) {
  using namespace std::chrono;
  auto ms = duration_cast<milliseconds>(x.time_since_epoch()).count();
  auto whole = static_cast<std::time_t>(ms / 1'000);
  return fmt::format("{:%H:%M:%S}.{:03}", fmt::localtime(whole), ms % 1'000);
}

std::string to_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) {
      widths.resize(std::max(widths.size(), i + 1));
      widths[i] = std::max(widths[i], width(row[i]));
    }
  std::string result;
  for (auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + '\n';
  }
  return result;
}

// -- children -----------------------------------------------------------------

std::vector<row> rows_of(const troupe::system_snapshot& x, order by) {
  std::vector<row> result;
  for (auto& node : x.nodes)
    for (auto& child : node.children)
      if (!child.info.is_supervisor)
        result.push_back({&child, &node});
  auto key = [by](const row& y) {
    auto& info = y.child->info;
    auto age = info.busy_for ? static_cast<double>(info.busy_for->count()) : 0;
    auto busy = y.child->busy_share ? *y.child->busy_share : 0.;
    switch (by) {
      case order::age:
        return std::pair{age, busy};
      case order::busy:
        return std::pair{busy, age};
      case order::waiting:
        return std::pair{static_cast<double>(info.waiting_messages), age};
      case order::restarts:
        return std::pair{static_cast<double>(y.child->restarts), age};
      case order::handled:
        return std::pair{static_cast<double>(info.work.handled), age};
      case order::path:
        break;
    }
    return std::pair{0., 0.};
  };
  std::stable_sort(result.begin(), result.end(), [&](auto& a, auto& b) {
    return std::pair{key(b), std::cref(a.child->path).get()}
           < std::pair{key(a), std::cref(b.child->path).get()};
  });
  return result;
}

std::vector<std::vector<std::string>> cells_of(const std::vector<row>& rows) {
  std::vector<std::vector<std::string>> result{
      {"CHILD", "NODE", "STATE", "GEN", "RESTARTS", "WAITING", "BUSY",
       "HANDLED", "AGE", "MESSAGE", "LAST FAILURE"}};
  for (auto& [child, from] : rows) {
    auto& info = child->info;
    result.push_back(
        {plain_text(child->path, 60),
         plain_text(child->node.empty() ? from->node : child->node, 40),
         to_string(info.state), fmt::to_string(info.generation),
         fmt::to_string(child->restarts), fmt::to_string(info.waiting_messages),
         percent(child->busy_share), fmt::to_string(info.work.handled),
         age_of(info), plain_text(info.message, 30),
         plain_text(info.last_death, 80)});
  }
  return result;
}

namespace {

/// What stands behind a child's name.
std::string details_of(const troupe::observed_child& x,
                       const troupe::node_snapshot& from,
                       const app::page& out) {
  auto& info = x.info;
  auto state = to_string(info.state);
  auto result =
      info.state == troupe::child_state::up ? out.green(state) : out.red(state);
  if (info.generation > 0)
    result += fmt::format(" #{}", info.generation);
  if (!x.node.empty() && x.node != from.node)
    result += " on " + plain_text(x.node);
  else if (info.place == "process" || info.place == "thread")
    result += ", " + info.place;
  if (info.next_start)
    result += ", starts in " + app::human(*info.next_start);
  if (info.restarts > 0)
    result += info.limit ? fmt::format(", {} of {} restarts", info.restarts,
                                       *info.limit)
                         : ", " + app::plural(info.restarts, "restart");
  if (info.waiting_messages > 0)
    result += fmt::format(", {} waiting", info.waiting_messages);
  if (x.busy_share)
    result += ", " + percent(x.busy_share) + " busy";
  if (info.busy_for && info.busy_for->count() > 10'000'000)
    result += fmt::format(", {} in \"{}\"", app::human(*info.busy_for),
                          plain_text(info.message, 30));
  if (!info.last_death.empty())
    result += out.red(", last: " + plain_text(info.last_death, 100));
  if (!x.note.empty())
    result += out.red(", " + plain_text(x.note));
  return result;
}

size_t depth_of(const std::string& path, const std::vector<std::string>& open) {
  size_t result = open.size();
  while (result > 0) {
    auto& above = open[result - 1];
    if (path.size() > above.size() && path[above.size()] == '/'
        && path.compare(0, above.size(), above) == 0)
      break;
    --result;
  }
  return result;
}

} // namespace

std::string to_tree(const troupe::system_snapshot& x, app::colours c) {
  app::page out{c};
  for (auto& node : x.nodes) {
    if (node.answer == troupe::answer_state::none) {
      out.line("{}  {}", out.bold(plain_text(node.node)),
               out.red(plain_text(node.note)));
      continue;
    }
    out.line("{}  {}", out.bold(plain_text(node.node)),
             app::plural(node.actors, "actor"));
    // Supervisors whose children may follow; ids may have slashes themselves.
    std::vector<std::string> open;
    for (auto& child : node.children) {
      open.resize(depth_of(child.path, open));
      std::string indent(2 * (open.size() + 1), ' ');
      out.line("{}{}  {}", indent, plain_text(child.info.id, 60),
               details_of(child, node, out));
      if (child.info.is_supervisor)
        open.push_back(child.path);
    }
    if (node.omitted > 0)
      out.line("  ... and {} more", node.omitted);
  }
  return out.take();
}

// -- events and messages ------------------------------------------------------

std::string to_text(const troupe::observed_event& x, app::colours c) {
  app::page out{c};
  auto text = plain_text(x.text);
  if (x.level != troupe::event_level::info)
    text = out.red(text);
  out.line("{}  {}  {}", clock_time(x.time), plain_text(x.node), text);
  for (auto& line : x.last_messages)
    out.line("                {}", plain_text(line));
  return out.take();
}

std::string to_text(const troupe::letter_page& x) {
  std::vector<std::vector<std::string>> rows{
      {"TIME", "REASON", "FROM", "TO", "MESSAGE"}};
  for (auto& y : x.letters)
    rows.push_back({clock_time(y.time), plain_text(y.reason),
                    plain_text(y.from), plain_text(y.to),
                    plain_text(y.message)});
  auto result = to_table(rows);
  for (auto& y : x.counts)
    result += fmt::format("{} x {}\n", y.count, plain_text(y.reason));
  return result;
}

std::string to_text(const troupe::quarantine_page& x) {
  std::vector<std::vector<std::string>> rows{
      {"SUPERVISOR", "NUMBER", "CHILD", "KILLED", "MESSAGE"}};
  for (auto& y : x.messages)
    rows.push_back({plain_text(y.supervisor), fmt::to_string(y.number),
                    plain_text(y.child), fmt::to_string(y.history.size()),
                    plain_text(y.text, 80)});
  auto result = to_table(rows);
  for (auto& path : x.silent)
    result += plain_text(path) + " did not answer\n";
  return result;
}

std::string to_text(const troupe::observed_quarantine& x) {
  auto result = fmt::format(
      "message {} of {}\nfor       {}\nfrom      {}\nkind      {}\ncontent   "
      "{}\n",
      x.number, plain_text(x.supervisor), plain_text(x.child),
      x.sender.empty() ? "anonymous" : plain_text(x.sender),
      x.is_request ? "request" : "message", plain_text(x.text));
  for (auto& y : x.history)
    result += fmt::format("killed    #{} at {}: {}\n", y.generation,
                          clock_time(y.time), plain_text(y.reason));
  return result;
}

std::string to_text(const troupe::flight_record& x) {
  std::vector<std::vector<std::string>> rows{
      {"AGO", "KIND", "FROM", "BEGINS WITH", "ELEMENTS"}};
  for (auto& y : x.messages)
    rows.push_back({app::human(y.age), to_string(y.what),
                    y.sender == 0 ? "" : fmt::format("actor {}", y.sender),
                    plain_text(y.type), fmt::to_string(y.size)});
  auto result = to_table(rows);
  if (x.busy_for)
    result += fmt::format("the last one has been in work for {}\n",
                          app::human(*x.busy_for));
  return result;
}

// -- nodes --------------------------------------------------------------------

std::string to_node_tables(const troupe::system_snapshot& x) {
  std::vector<std::vector<std::string>> nodes{{"NODE", "ANSWER", "ACTORS",
                                               "THREADS", "EVENTS",
                                               "DEAD LETTERS", "LINKED TO"}};
  std::vector<std::vector<std::string>> processes{
      {"NODE", "PID", "CHILD", "GEN", "MEMORY", "CPU"}};
  std::vector<std::vector<std::string>> pools{
      {"NODE", "POOL", "WORKERS", "QUEUED", "OUTSTANDING", "COMPLETED",
       "REFUSED", "RETRIED", "FAILED", "QUARANTINED", "BUSY", "WAIT P99",
       "RUN P99"}};
  for (auto& node : x.nodes) {
    std::string peers;
    for (auto& peer : node.peers)
      peers += (peers.empty() ? "" : ", ") + plain_text(peer.name)
               + (peer.state == troupe::node_state::up
                      ? ""
                      : " (" + to_string(peer.state) + ")");
    nodes.push_back({plain_text(node.node),
                     node.answer == troupe::answer_state::none
                         ? plain_text(node.note)
                         : to_string(node.answer),
                     fmt::to_string(node.actors), busy_threads(node),
                     fmt::to_string(node.events),
                     fmt::to_string(node.dead_letters), peers});
    for (auto& y : node.processes)
      processes.push_back(
          {plain_text(node.node), fmt::to_string(y.pid), plain_text(y.child),
           y.generation == 0 ? "" : fmt::to_string(y.generation),
           mebibytes(y.resident_bytes), app::human(y.cpu_time)});
    for (auto& y : node.pools)
      pools.push_back(
          {plain_text(node.node), plain_text(y.name),
           fmt::to_string(y.stats.workers), fmt::to_string(y.stats.queued),
           fmt::to_string(y.stats.outstanding),
           fmt::to_string(y.stats.completed), fmt::to_string(y.stats.refused),
           fmt::to_string(y.stats.retried), fmt::to_string(y.stats.failed),
           fmt::to_string(y.stats.quarantined),
           fmt::format("{:.0f} %", 100 * utilisation(y.stats)),
           app::human(y.stats.wait.quantile(0.99)),
           app::human(y.stats.run.quantile(0.99))});
  }
  auto result = to_table(nodes);
  if (processes.size() > 1)
    result += '\n' + to_table(processes);
  if (pools.size() > 1)
    result += '\n' + to_table(pools);
  return result;
}

std::string to_warnings(const troupe::system_snapshot& x) {
  std::string result;
  for (auto& node : x.nodes)
    if (node.answer == troupe::answer_state::none)
      result += fmt::format("node {}: {}\n", plain_text(node.node),
                            plain_text(node.note));
    else if (node.answer == troupe::answer_state::partial)
      result += fmt::format("node {} did not tell all in time\n",
                            plain_text(node.node));
  return result;
}

} // namespace cli
