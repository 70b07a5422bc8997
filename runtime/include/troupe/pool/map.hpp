// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/atom.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/timespan.hpp"
#include "caf/typed_actor.hpp"

#include "troupe/pool/detail/map_items.hpp"
#include "troupe/pool/map_options.hpp"

namespace troupe {

/// What became of all tasks of a `map_all`.
template <class R>
struct map_outcome {
  /// By input; a default value where the task failed.
  std::vector<R> results;

  /// By index.
  std::vector<task_failure> failures;
};

/// @relates map_outcome
template <class Inspector, class R>
typename Inspector::result_type inspect(Inspector& f, map_outcome<R>& x) {
  return f(caf::meta::type_name("troupe::map_outcome"), x.results, x.failures);
}

/// Is told how many of how many tasks are done.
using map_progress = std::function<void(uint64_t done, uint64_t total)>;

namespace detail {

template <class Answer>
using map_handle =
    caf::typed_actor<caf::replies_to<caf::get_atom>::template with<Answer>>;

template <class Answer, class R, class Self, class T, class Finish>
auto request_map(Self& self, const caf::actor& pool, std::vector<T> inputs,
                 map_mode mode, map_options options, Finish finish) {
  auto items = std::make_shared<map_data<T, R, Finish>>(std::move(inputs),
                                                        std::move(finish));
  auto job = start_map(self->system(), pool, std::move(items), mode,
                       std::move(options));
  return self->request(caf::actor_cast<map_handle<Answer>>(job), caf::infinite,
                       caf::get_atom::value);
}

/// Whether `map` may be called with it.
template <class Self>
concept asks = requires(Self& self) {
  self->system();
};

/// Has an actor call `start(self, options)` and waits for the answer.
template <class Answer, class Start>
caf::expected<Answer> await_map(caf::actor_system& sys, caf::timespan timeout,
                                map_options options,
                                const map_progress& on_progress, Start start) {
  caf::scoped_actor self{sys};
  auto me = caf::actor_cast<caf::actor>(self);
  if (!options.time_limit || *options.time_limit > timeout)
    options.time_limit = timeout;
  if (on_progress)
    options.progress_to = me;
  auto asker = self->spawn<caf::hidden>([=](caf::event_based_actor* x) {
    start(x, options)
        .then([=](Answer& y) { x->send(me, ready_atom_v, std::move(y)); },
              [=](caf::error& y) { x->send(me, ready_atom_v, std::move(y)); });
  });
  std::optional<caf::expected<Answer>> result;
  while (!result)
    self->receive(
        [&](progress_atom, uint64_t done, uint64_t total) {
          if (on_progress)
            on_progress(done, total);
        },
        [&](ready_atom, Answer& x) { result.emplace(std::move(x)); },
        [&](ready_atom, caf::error& x) { result.emplace(std::move(x)); });
  return std::move(*result);
}

} // namespace detail

/// Sends each of `inputs` to a worker of `pool` and collects the results.
///
/// Workers are ordinary actors that reply `R` to a `T`. To those whose behavior
/// was made with `mapper`, tiny tasks go many at a time: batches are cut by
/// measured cost, so that the way to the worker and back does not count. Other
/// workers answer the one batch that is tried with an error, and get their
/// inputs one by one; `map_options::max_batch` = 1 does so from the start.
///
/// Returns what `self->request` returns: of an event-based actor something to
/// call `then` or `await` on, of a scoped actor something to call `receive` on.
/// The answer is a `std::vector<R>` in the order of the inputs, or the first
/// failure: `errc::task_failed`, whose text names the index, the input and the
/// reason. Tasks that have not begun then never do. Other errors concern it
/// all: `bad_map_option`, `deadline_passed`, `task_cancelled`, `no_workers`,
/// `pool_stopped`. When `self` ends, all is cancelled.
///
/// A worker that dies over a batch costs an attempt of each task in it, and
/// these go one by one afterwards: a task that kills its workers fails alone.
template <class R, detail::asks Self, class T>
auto map(Self&& self, const caf::actor& pool, std::vector<T> inputs,
         map_options options = {}) {
  return detail::request_map<std::vector<R>, R>(
      self, pool, std::move(inputs), detail::map_mode::first_failure,
      std::move(options), [](std::vector<R>&& results, auto&&) {
        return caf::make_message(std::move(results));
      });
}

/// As `map`, but runs all tasks whatever fails. The answer is a
/// `map_outcome<R>`.
template <class R, detail::asks Self, class T>
auto map_all(Self&& self, const caf::actor& pool, std::vector<T> inputs,
             map_options options = {}) {
  return detail::request_map<map_outcome<R>, R>(
      self, pool, std::move(inputs), detail::map_mode::all_failures,
      std::move(options),
      [](std::vector<R>&& results, std::vector<task_failure>&& failures) {
        return caf::make_message(
            map_outcome<R>{std::move(results), std::move(failures)});
      });
}

/// As `map`, for tasks whose results nobody needs: workers may reply anything.
/// The answer is the number of tasks.
template <detail::asks Self, class T>
auto for_each(Self&& self, const caf::actor& pool, std::vector<T> inputs,
              map_options options = {}) {
  auto total = static_cast<uint64_t>(inputs.size());
  return detail::request_map<uint64_t, void>(
      self, pool, std::move(inputs), detail::map_mode::first_failure,
      std::move(options),
      [total](auto&&, auto&&) { return caf::make_message(total); });
}

/// As `map`, then folds the results: the answer is
/// `fold(...fold(fold(init, r0), r1)..., rn)`. `fold` runs in another actor,
/// once all results are there, in the order of the inputs.
template <class R, detail::asks Self, class T, class A, class Fold>
auto reduce(Self&& self, const caf::actor& pool, std::vector<T> inputs, A init,
            Fold fold, map_options options = {}) {
  return detail::request_map<A, R>(
      self, pool, std::move(inputs), detail::map_mode::first_failure,
      std::move(options),
      [init = std::move(init), fold = std::move(fold)](std::vector<R>&& results,
                                                       auto&&) mutable {
        for (auto&& x : results)
          init = fold(std::move(init), std::move(x));
        return caf::make_message(std::move(init));
      });
}

/// As above, for a thread that is no actor: waits at most `timeout`, then
/// returns `errc::deadline_passed`. `on_progress` is called by this thread.
template <class R, class T>
caf::expected<std::vector<R>>
map(caf::actor_system& sys, const caf::actor& pool, std::vector<T> inputs,
    caf::timespan timeout, map_options options = {},
    const map_progress& on_progress = {}) {
  auto shared = std::make_shared<std::vector<T>>(std::move(inputs));
  return detail::await_map<std::vector<R>>(
      sys, timeout, std::move(options), on_progress,
      [=](caf::event_based_actor* self, const map_options& opts) {
        return map<R>(self, pool, std::move(*shared), opts);
      });
}

/// As above, for a thread that is no actor.
template <class R, class T>
caf::expected<map_outcome<R>>
map_all(caf::actor_system& sys, const caf::actor& pool, std::vector<T> inputs,
        caf::timespan timeout, map_options options = {},
        const map_progress& on_progress = {}) {
  auto shared = std::make_shared<std::vector<T>>(std::move(inputs));
  return detail::await_map<map_outcome<R>>(
      sys, timeout, std::move(options), on_progress,
      [=](caf::event_based_actor* self, const map_options& opts) {
        return map_all<R>(self, pool, std::move(*shared), opts);
      });
}

/// As above, for a thread that is no actor.
template <class T>
caf::expected<uint64_t> for_each(caf::actor_system& sys, const caf::actor& pool,
                                 std::vector<T> inputs, caf::timespan timeout,
                                 map_options options = {},
                                 const map_progress& on_progress = {}) {
  auto shared = std::make_shared<std::vector<T>>(std::move(inputs));
  return detail::await_map<uint64_t>(
      sys, timeout, std::move(options), on_progress,
      [=](caf::event_based_actor* self, const map_options& opts) {
        return for_each(self, pool, std::move(*shared), opts);
      });
}

/// As above, for a thread that is no actor.
template <class R, class T, class A, class Fold>
caf::expected<A> reduce(caf::actor_system& sys, const caf::actor& pool,
                        std::vector<T> inputs, A init, Fold fold,
                        caf::timespan timeout, map_options options = {},
                        const map_progress& on_progress = {}) {
  auto shared = std::make_shared<std::vector<T>>(std::move(inputs));
  return detail::await_map<A>(
      sys, timeout, std::move(options), on_progress,
      [=](caf::event_based_actor* self, const map_options& opts) {
        return reduce<R>(self, pool, std::move(*shared), init, fold, opts);
      });
}

} // namespace troupe
