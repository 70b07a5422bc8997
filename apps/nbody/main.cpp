// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <cstdio>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "troupe/actors/nbody.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"

#include "common/human.hpp"
#include "common/output_file.hpp"
#include "common/perform.hpp"
#include "common/refuse.hpp"
#include "common/run_program.hpp"
#include "common/workshop.hpp"
#include "frames.hpp"
#include "leapfrog.hpp"
#include "options.hpp"
#include "report.hpp"
#include "shared_forces.hpp"

namespace nbody {

namespace {

using clock = std::chrono::steady_clock;

/// Computes all on the calling thread.
course run_alone(const options& opts, const troupe::nbody_state& state,
                 app::progress_bar& bar, app::interruption& stop) {
  std::vector<double> forces(troupe::nbody_force_size * opts.particles);
  auto start = clock::now();
  size_t done = 0;
  auto compute = [&](std::span<const double> bodies) -> std::span<double> {
    if (stop.requested())
      return {};
    troupe::nbody_forces(bodies, 0, opts.particles, opts.softening, forces);
    return forces;
  };
  auto tell = [&](size_t step, std::span<const double>) {
    done = step;
    bar.show({done, opts.steps, clock::now() - start});
  };
  auto result = leapfrog{state, opts.step_size, opts.steps}.run(compute, tell);
  bar.clear();
  return result;
}

/// Has the workers compute; `code` tells how that went.
course run_together(const options& opts, const troupe::nbody_state& state,
                    app::workshop& shop, std::optional<frame_folder>& frames,
                    exit_code& code) {
  auto start = clock::now();
  size_t done = 0;
  caf::error problem;
  shared_forces forces{
      shop, opts.softening, [&] {
        shop.bar().show({done, opts.steps, clock::now() - start});
      }};
  auto compute = [&](std::span<const double> bodies) {
    return problem ? std::span<const double>{} : forces.compute(bodies);
  };
  auto seen = [&](size_t step, std::span<const double> places) {
    done = step;
    if (frames && step % opts.frame_every == 0)
      problem = frames->add(places, opts.particles);
  };
  auto result = leapfrog{state, opts.step_size, opts.steps}.run(compute, seen);
  shop.bar().clear();
  code = problem ? app::refuse(exit_code::output, troupe::describe(problem))
                 : forces.code();
  return result;
}

exit_code finish(const summary& x, const options& opts,
                 std::optional<app::output_file>& plot) {
  fmt::print("{}", report(x, opts, app::colours_of_stdout()));
  if (plot)
    if (auto problem = plot->write(app::to_png(energy_plot(x, opts))))
      return app::refuse(exit_code::output, troupe::describe(problem));
  if (opts.json)
    fmt::print("{}\n", to_json(x, opts));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  return x.agrees() ? exit_code::ok : exit_code::failed;
}

exit_code run(const options& opts, app::interruption& stop) {
  std::optional<app::output_file> plot;
  if (auto code = app::open_named(opts.plot, plot); code != exit_code::ok)
    return code;
  std::optional<frame_folder> frames;
  if (opts.frames) {
    if (auto problem = frame_folder::prepare(*opts.frames))
      return app::refuse(exit_code::output, troupe::describe(problem));
    frames.emplace(*opts.frames);
  }
  app::workshop shop{opts, stop};
  if (auto code = shop.open("nbody", troupe::nbody_worker);
      code != exit_code::ok)
    return code;
  fmt::print("{}, {}, {}\n\n", app::plural(opts.particles, "particle"),
             app::plural(opts.steps, "step"), app::headcount(opts));
  std::fflush(stdout);
  auto state = troupe::plummer_sphere(opts.particles, opts.seed);
  summary result;
  if (!opts.skip_sequential) {
    result.sequential = run_alone(opts, state, shop.bar(), stop);
    if (stop.requested())
      return app::break_off(shop, 0, opts.steps);
  }
  auto code = exit_code::ok;
  result.parallel = run_together(opts, state, shop, frames, code);
  if (code != exit_code::ok)
    return code;
  result.workers = shop.ready();
  result.cores = troupe::usable_cores();
  result.frames = frames ? frames->written() : 0;
  result.restarts = shop.stats().restarts;
  return finish(result, opts, plot);
}

} // namespace

} // namespace nbody

int main(int argc, char** argv) {
  return app::run_program(argc, argv, nbody::parse_options, nbody::run);
}
