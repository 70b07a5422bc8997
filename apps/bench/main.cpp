// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "chart.hpp"
#include "peers.hpp"
#include "report.hpp"
#include "work.hpp"

namespace bench {

const std::vector<work>& works() {
  static const std::vector<work> list{
      {"pingpong", "two actors throw a message to and fro"},
      {"ring", "one message goes round a ring of 503 actors"},
      {"many_to_one", "four actors flood a fifth"},
      {"spawn", "start an actor, have one answer, end it"},
      {"idle_memory", "memory of an actor that waits"},
      {"idle_request", "request to a system where all sleep"},
      {"idle_cpu", "what a process with nothing to do uses"},
      {"fanout", "two jobs of 5 ms to a system where all sleep"},
      {"tiny_request", "tasks of 1 us, one request each"},
      {"tiny_map", "tasks of 1 us over a range"},
      {"fib", "ten times fib(40)"},
      {"buffer", "hand over 64 MiB and get them back"},
  };
  return list;
}

namespace {

int run_child(const std::string& subject, const std::string& name) {
  auto run =
      subject == "tbb" ? run_tbb(name) : run_actors(name, subject == "troupe");
  for (auto& x : run)
    std::printf("%s|%s|%s|%.9g\n", x.metric.c_str(), x.unit.c_str(),
                x.direction == better::higher ? "higher" : "lower", x.value);
  return 0;
}

bool write(const std::string& path, const std::string& text) {
  std::ofstream out{path};
  out << text;
  out.close();
  if (!out)
    std::fprintf(stderr, "bench: cannot write %s\n", path.c_str());
  return static_cast<bool>(out);
}

} // namespace

} // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  std::vector<std::string> names;
  std::vector<std::string> peers{"caf", "erlang", "tbb", "node", "piscina"};
  std::vector<std::string> child;
  std::string json_file;
  std::string plot_file;
  int runs = 5;
  bool install = false;
  CLI::App app{"Measures troupe beside its peers, in turn, in one run."};
  std::vector<std::string> known;
  std::string list = "Works to run, all by default:";
  for (auto& x : works()) {
    known.emplace_back(x.name);
    list += "\n  " + std::string{x.name} + ": " + std::string{x.text};
  }
  app.add_option("names", names, list)->check(CLI::IsMember(known));
  app.add_option("--peers", peers,
                 "Peers to run, of caf,erlang,tbb,node,piscina")
      ->delimiter(',')
      ->check(CLI::IsMember({"caf", "erlang", "tbb", "node", "piscina"}));
  app.add_option("--runs", runs, "Runs of each work, 5 by default")
      ->check(CLI::Range(1, 1000));
  app.add_option("--json", json_file, "File for the results as JSON");
  app.add_option("--plot", plot_file, "File for a chart of the ratios as SVG");
  app.add_flag("--install-peers", install,
               "Get the peers from Debian's packages and npm first");
  app.add_option("--child", child, "")->expected(2)->group("");
  CLI11_PARSE(app, argc, argv);
  if (child.size() == 2)
    return run_child(child[0], child[1]);
  if (install && install_peers() != 0) {
    std::fprintf(stderr, "bench: cannot install all peers\n");
    return 1;
  }
  if (names.empty())
    names = known;
  std::vector<std::string> all{"troupe"};
  for (auto& x : peers) {
    if (auto why = missing(x))
      std::fprintf(stderr, "bench: skipping %s: %s\n", x.c_str(), why->c_str());
    else if (std::find(all.begin(), all.end(), x) == all.end())
      all.push_back(x);
  }
  std::vector<result> results;
  for (auto& name : names)
    for (int run = 0; run < runs; ++run)
      for (auto& subject : all) {
        std::fprintf(stderr, "\r%-13s run %d of %d: %-8s", name.c_str(),
                     run + 1, runs, subject.c_str());
        book(results, name, subject, run_in_child(subject, name));
      }
  std::fprintf(stderr, "\r%60s\r", "");
  std::fputs(to_text(results).c_str(), stdout);
  auto ok = true;
  if (!json_file.empty())
    ok = write(json_file, to_json(results).dump(2) + "\n") && ok;
  if (!plot_file.empty())
    ok = write(plot_file, to_svg(ratios(results))) && ok;
  return ok ? 0 : 1;
}
