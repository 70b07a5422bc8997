// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <CLI/CLI.hpp>

#include "web/http_flags.hpp"

namespace demo {

namespace {

constexpr auto description =
    "Counts primes with a dozen workers under nested supervisors, makes them "
    "fail all the\nwhile, and shows how they are restarted and that the answer "
    "is right in spite of all.";

constexpr auto footer = R"(
On a terminal it draws the tree of supervisors and workers. Keys make any worker
fail: t throw, q quit, s stuck, p poison message, c crash storm. Elsewhere it
prints one line for each event.

Workers: count-1 to count-6 (restarted one by one), link-1 to link-3 (with those
after them), survey-1 to survey-3 (all together; each works on one long range
and goes on from its last checkpoint).

A script has one fault a line as AFTER KIND TARGET, where AFTER is the number of
pieces of work done, KIND one of throw, quit, stuck, poison, storm:
  120 throw count-2
  200 storm link-1

The last line of --json is one object:
  answer, expected, right   primes counted, primes there are, whether equal
  injected                  faults by kind
  restarts                  restarts by all supervisors
  escalations               supervisors that gave up and were restarted
  quarantined               messages set aside because they kept killing
  disowned                  workers given up because they were stuck
  repeated_steps            steps of surveys that were done again
  lost                      pieces of work without an answer
  seed                      of the random schedule

Exit codes:
  0    the answer is right
  1    it is wrong, or not there before the deadline: all nodes of --join may
       be gone
  2    wrong option or script
  3    a port cannot be opened, or a node of --join not reached at the start
  4    standard output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  supervisor_demo
  supervisor_demo --seed 7 --json | tail -n 1
  supervisor_demo --script faults.txt --plain
  supervisor_demo --isolation process --plain
  supervisor_demo --serve 127.0.0.1:4000
  supervisor_demo --isolation node --join 127.0.0.1:4000,127.0.0.1:4001
  supervisor_demo --isolation process --stay --http 127.0.0.1:8080)";

/// Returns an option on the command line that is for a run.
std::optional<std::string> option_of_a_run(const CLI::App& line) {
  for (auto* x : line.get_options())
    if (auto name = x->get_name(); x->count() > 0 && name != "--serve"
                                   && name != "--insecure"
                                   && name != "--config")
      return name;
  return std::nullopt;
}

} // namespace

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv) {
  options result;
  int64_t seconds = 120;
  std::string isolation = "pooled";
  CLI::App line{description, "supervisor_demo"};
  app::set_up_help(line, footer);
  line.add_option("--limit", result.limit, "Count the primes below this")
      ->type_name("N")
      ->check(app::whole_number(100'000, 100'000'000))
      ->capture_default_str();
  line.add_option("--pieces", result.pieces, "Pieces of work for the counters")
      ->type_name("COUNT")
      ->check(app::whole_number(10, 100'000))
      ->capture_default_str();
  auto* seed =
      line.add_option("--seed", result.seed, "Seed of the random faults")
          ->type_name("SEED")
          ->check(app::whole_number(0, INT64_MAX))
          ->capture_default_str();
  line.add_option("--script", result.script,
                  "Read the faults from FILE, - for standard input")
      ->type_name("FILE")
      ->excludes(seed);
  line.add_option("--deadline", seconds, "Give up after so many seconds")
      ->type_name("SECONDS")
      ->check(app::whole_number(1, 86'400))
      ->capture_default_str();
  line.add_option("--isolation", isolation,
                  "Where a worker lives: pooled (on the scheduler), process or "
                  "node; in a process, throw is a crash")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"pooled", "process", "node"}))
      ->capture_default_str();
  std::optional<std::string> serve;
  auto& network = result.network;
  line.add_option("--serve", serve,
                  "Offer workers to other runs at this address, until a "
                  "signal comes; port 0 picks one")
      ->type_name("ADDR:PORT");
  line.add_option("--join", network.join,
                  "With --isolation node: have the workers on these nodes, "
                  "which --serve offers")
      ->type_name("ADDR:PORT,...")
      ->delimiter(',')
      ->excludes("--serve");
  line.add_option("--listen", network.listen,
                  "Let programs of this host look into the run and act on it, "
                  "as by `troupe --node ADDR:PORT tree`; port 0 picks one")
      ->type_name("ADDR:PORT")
      ->excludes("--serve");
  line.add_flag("--insecure", network.insecure,
                "Permit addresses other than loopback, without any protection");
  line.add_option("--config", network.config_file,
                  "Read runtime options, such as the certificates of links")
      ->type_name("FILE");
  web::server_options http;
  web::http_flags http_flags{line, "--http", "--http-", http};
  line.add_flag("--stay", result.stay,
                "Keep the tree up after the answer, until the deadline or a "
                "signal");
  line.add_flag("--plain", result.plain, "Print lines even on a terminal");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (serve)
    if (auto name = option_of_a_run(line))
      return early_exit{exit_code::usage,
                        *name + " does not go with --serve: it is for a run"};
  if (auto exit = http_flags.finish(result.http))
    return *std::move(exit);
  result.deadline = std::chrono::seconds{seconds};
  if (isolation == "process")
    result.where = troupe::isolation::process;
  else if (isolation == "node")
    result.where = troupe::isolation::node;
  if ((isolation == "node") == network.join.empty())
    return early_exit{exit_code::usage,
                      "--isolation node and --join need each other"};
  result.serves = serve.has_value();
  if (serve)
    network.listen = std::move(serve);
  return result;
}

} // namespace demo
