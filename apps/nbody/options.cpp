// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <fmt/format.h>

#include "common/excerpt.hpp"

namespace nbody {

namespace {

constexpr auto description =
    "Lets particles attract each other by gravity, summed up directly, with "
    "leapfrog steps:\nfirst on the calling thread, then on workers that get "
    "the positions as one frozen buffer\nand fill parts of another. Both must "
    "agree.";

constexpr auto footer = R"(
The particles are a Plummer sphere in equilibrium: mass 1, energy -1/4, constant
of gravity 1; a particle crosses it in about 3 units of time.

The last line of --json is one object:
  particles, steps, step_size, softening, seed
  workers             that were ready at the end
  sequential_s        seconds on the calling thread
  parallel_s          seconds on the workers
  efficiency          sequential_s / parallel_s / the smaller of workers and
                      cores of this host; with workers on other hosts it may
                      exceed 1
  interactions_per_s  pairs of particles per second on the workers
  energy_start, energy_end
  energy_drift        largest deviation from energy_start, relative to it
  deviation           largest distance of a particle from where the calling
                      thread has it, relative to its distance from the centre
  frames              pictures written
  restarts            how often a worker was started again
sequential_s, efficiency and deviation are null after --skip-sequential.

Exit codes:
  0    done, and no particle deviates by more than 1e-9
  1    a particle deviates, or no worker was left
  2    wrong option
  3    a port cannot be opened or a peer cannot be joined
  4    output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  nbody                                   16384 particles on all cores
  nbody --particles 20000 --steps 500 --skip-sequential --plot energy.png
  nbody --frames frames --frame-every 4   one PNG every four steps
  nbody --isolation process               each worker in a process of its own
  nbody --join 127.0.0.1:4000             shares the work with that node
  nbody --json | tail -n 1)";

} // namespace

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  CLI::App line{description, "nbody"};
  app::set_up_help(line, footer);
  line.add_option("--particles", result.particles, "How many particles")
      ->type_name("COUNT")
      ->check(app::whole_number(2, 1'000'000))
      ->capture_default_str();
  line.add_option("--steps", result.steps, "How many steps")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 1'000'000))
      ->capture_default_str();
  line.add_option("--step-size", result.step_size, "Time from step to step")
      ->type_name("TIME")
      ->check(app::number(1e-9, 1))
      ->capture_default_str();
  line.add_option("--softening", result.softening,
                  "Distance below which the attraction fades")
      ->type_name("LENGTH")
      ->check(app::number(1e-6, 10))
      ->capture_default_str();
  line.add_option("--seed", result.seed, "Seed of the particles")
      ->type_name("SEED")
      ->check(app::whole_number(0, INT64_MAX))
      ->capture_default_str();
  line.add_option("--plot", result.plot, "Draw the energy over time as PNG")
      ->type_name("FILE");
  auto* frames =
      line.add_option("--frames", result.frames,
                      "Draw the particles as PNG, one file after another")
          ->type_name("DIR");
  line.add_option("--frame-every", result.frame_every,
                  "Steps from picture to picture")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 1'000'000))
      ->needs(frames)
      ->capture_default_str();
  line.add_flag("--skip-sequential", result.skip_sequential,
                "Go to the workers at once, without anything to compare with");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  return result;
}

} // namespace nbody
