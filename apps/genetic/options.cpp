// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include "troupe/actors/tsp.hpp"

namespace genetic {

namespace {

constexpr auto description =
    "Searches for the shortest round trip through cities with a genetic "
    "algorithm on islands:\npopulations that evolve apart on the workers, and "
    "pass on their best tour to the next\nisland now and then. The same seed "
    "gives the same tour, whoever works.";

constexpr auto footer = R"(
FILE is a TSPLIB file of TYPE TSP with EDGE_WEIGHT_TYPE EUC_2D and 3 to 2000
cities; - for standard input. Without one, the problem is berlin52, whose
shortest tour is 7542 long, and that is the target.

The last line of --json is one object:
  name, cities     the problem
  length           of the shortest tour that was found
  target           null if there is none
  reached          whether the tour is as short as the target, or null
  found_in         generation in which it was found
  generations      how many there were on each island
  islands, individuals, seed
  workers          that were ready at the end
  wall_s           seconds
  restarts         how often a worker was started again
  tour             numbers of the cities, from 1 on

Exit codes:
  0    done; with a target, reached
  1    the target was not reached, or no worker was left
  2    wrong option or input
  3    a port cannot be opened or a peer cannot be joined
  4    output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  genetic                                 berlin52 on all cores
  genetic --seed 7 --plot convergence.png --map tour.png
  genetic a280.tsp --epoch 10 --improve 20 --output a280.tour
  genetic --isolation process             each worker in a process of its own
  genetic --join 127.0.0.1:4000           shares the work with that node
  genetic --json | tail -n 1)";

} // namespace

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  CLI::App line{description, "genetic"};
  app::set_up_help(line, footer);
  line.add_option("FILE", result.file, "The problem");
  line.add_option("--islands", result.islands, "How many populations")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 256))
      ->capture_default_str();
  line.add_option("--individuals", result.individuals, "Tours on each island")
      ->type_name("COUNT")
      ->check(app::whole_number(2, 1'000))
      ->capture_default_str();
  line.add_option("--generations", result.generations,
                  "How long they evolve at most")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 1'000'000))
      ->capture_default_str();
  line.add_option("--epoch", result.epoch, "Generations between migrations")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 10'000))
      ->capture_default_str();
  line.add_option("--improve", result.improve,
                  "New tours of a hundred that are improved by local search "
                  "(2-opt, or-opt)")
      ->type_name("PERCENT")
      ->check(app::whole_number(0, 100))
      ->capture_default_str();
  line.add_option("--seed", result.seed, "Seed of the random numbers")
      ->type_name("SEED")
      ->check(app::whole_number(0, INT64_MAX))
      ->capture_default_str();
  line.add_option("--target", result.target,
                  "Stop as soon as a tour is as short as this")
      ->type_name("LENGTH")
      ->check(app::whole_number(0, INT64_MAX));
  line.add_option("--plot", result.plot,
                  "Draw the length over the generations as PNG")
      ->type_name("FILE");
  line.add_option("--map", result.map, "Draw the tour as PNG")
      ->type_name("FILE");
  line.add_option("--output", result.output, "Write the tour as TSPLIB file")
      ->type_name("FILE");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  if (!result.file && !result.target)
    result.target = troupe::berlin52_optimum;
  return result;
}

} // namespace genetic
