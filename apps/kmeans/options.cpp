// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

namespace kmeans {

namespace {

constexpr auto description =
    "Puts points into clusters (k-means: Lloyd's algorithm, k-means++ "
    "seeding). "
    "Workers read\nthe points as slices of one frozen buffer. The same seed "
    "gives the same centroids, bit\nfor bit, whoever works.";

constexpr auto footer = R"(
--input has one point a line, numbers separated by commas, all lines equally
many; - for standard input. --output is CSV: point,cluster.

Seeds are chosen among at most 16384 points, evenly spread over the input. It
ends when no centroid moves any more, or after --iterations.

The last line of --json is one object:
  points, dims, clusters, seed
  iterations       how many there were
  converged        whether no centroid moved any more
  inertia          squared distances to the nearest centroids, summed
  sizes            points of each cluster
  centroids        list of lists of numbers
  workers          that were ready at the end
  wall_s           seconds for all iterations
  sequential_s     the same on one thread; null without --compare
  equal            whether that gave the same, bit for bit; null as well
  efficiency       sequential_s / workers / wall_s; null as well
  restarts         how often a worker was started again

Exit codes:
  0    done
  1    no worker was left, or --compare found a difference
  2    wrong option or input
  3    a port cannot be opened or a peer cannot be joined
  4    output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  kmeans                                  a million made-up points
  kmeans --compare                        and once more on one thread
  kmeans --input points.csv --clusters 5 --output clusters.csv
  kmeans --isolation process --plot inertia.png
  kmeans --join 127.0.0.1:4000            shares the work with that node)";

} // namespace

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  CLI::App line{description, "kmeans"};
  app::set_up_help(line, footer);
  auto* points =
      line.add_option("--points", result.points, "How many points to make up")
          ->type_name("COUNT")
          ->check(app::whole_number(1, 100'000'000))
          ->capture_default_str();
  auto* dims = line.add_option("--dims", result.dims, "Numbers of each of them")
                   ->type_name("COUNT")
                   ->check(app::whole_number(1, 4'096))
                   ->capture_default_str();
  line.add_option("--input", result.input, "Read the points from a CSV file")
      ->type_name("FILE")
      ->excludes(points)
      ->excludes(dims);
  line.add_option("--clusters", result.clusters, "How many clusters")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 10'000))
      ->capture_default_str();
  line.add_option("--iterations", result.iterations, "Iterations at most")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 100'000))
      ->capture_default_str();
  line.add_option("--seed", result.seed, "Seed of the random numbers")
      ->type_name("SEED")
      ->check(app::whole_number(0, INT64_MAX))
      ->capture_default_str();
  line.add_flag("--compare", result.compare,
                "Do the same on one thread without messages, and compare");
  line.add_option("--output", result.output,
                  "Write the cluster of each point as CSV")
      ->type_name("FILE");
  line.add_option("--plot", result.plot,
                  "Draw the inertia over the iterations as PNG")
      ->type_name("FILE");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  return result;
}

} // namespace kmeans
