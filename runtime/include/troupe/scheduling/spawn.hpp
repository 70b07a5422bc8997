// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <type_traits>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/actor_config.hpp"
#include "caf/actor_system.hpp"
#include "caf/detail/init_fun_factory.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/spawn_options.hpp"

#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/detail/cell_storage.hpp"

namespace troupe {

namespace detail {

/// Whether `F` is a function for an actor that may be a cell.
template <class F>
constexpr bool makes_cell =
    std::is_base_of_v<caf::event_based_actor, caf::infer_impl_from_fun_t<F>>;

template <caf::spawn_options Os, class F, class... Ts>
caf::actor spawn_cell(caf::actor_system& sys, caf::actor_config& cfg,
                      const cell_options& opts, F& f, Ts&&... xs) {
  using impl = caf::infer_impl_from_fun_t<F>;
  static_assert(caf::detail::spawnable<F, impl, Ts...>(),
                "cannot spawn function-based actor with given arguments");
  caf::detail::init_fun_factory<impl, F> factory;
  cfg.init_fun = factory(std::move(f), std::forward<Ts>(xs)...);
  if (caf::has_detach_flag(Os))
    cfg.flags |= caf::abstract_actor::is_detached_flag;
  if (caf::has_hide_flag(Os))
    cfg.flags |= caf::abstract_actor::is_hidden_flag;
  if (cfg.host == nullptr)
    cfg.host = sys.dummy_execution_unit();
  using storage = cell_storage<cell<impl>>;
  auto ptr = storage::make(sys, cfg, opts);
  static_cast<cell<impl>*>(ptr->get())
      ->launch(cfg.host, caf::has_lazy_init_flag(Os), caf::has_hide_flag(Os));
  return caf::actor_cast<caf::actor>(std::move(ptr));
}

} // namespace detail

/// Starts `f(xs...)` as a cell: see `cell`. Takes every function that
/// `caf::actor_system::spawn` takes; one for a blocking or a statically typed
/// actor becomes a plain CAF actor, which has no use for `opts`.
template <caf::spawn_options Os = caf::no_spawn_options, class F, class... Ts>
auto spawn(caf::actor_system& sys, const cell_options& opts, F f, Ts&&... xs) {
  if constexpr (detail::makes_cell<F>) {
    static_assert(caf::is_unbound(Os),
                  "top-level spawns cannot have monitor or link flag");
    caf::actor_config cfg;
    return detail::spawn_cell<Os>(sys, cfg, opts, f, std::forward<Ts>(xs)...);
  } else {
    return sys.spawn<Os>(std::move(f), std::forward<Ts>(xs)...);
  }
}

/// Starts `f(xs...)` as a cell with default options.
template <caf::spawn_options Os = caf::no_spawn_options, class F, class... Ts,
          class = std::enable_if_t<!std::is_same_v<F, cell_options>>>
auto spawn(caf::actor_system& sys, F f, Ts&&... xs) {
  return spawn<Os>(sys, cell_options{}, std::move(f), std::forward<Ts>(xs)...);
}

/// Starts `f(xs...)` as a cell from inside actor `self`, which may link to it
/// or monitor it with `Os`.
template <caf::spawn_options Os = caf::no_spawn_options, class Self, class F,
          class... Ts,
          class = std::enable_if_t<std::is_base_of_v<caf::local_actor, Self>>>
auto spawn(Self* self, const cell_options& opts, F f, Ts&&... xs) {
  if constexpr (detail::makes_cell<F>) {
    caf::actor_config cfg{self->context(), self};
    return self->eval_opts(
        Os, detail::spawn_cell<caf::make_unbound(Os)>(
                self->system(), cfg, opts, f, std::forward<Ts>(xs)...));
  } else {
    return self->template spawn<Os>(std::move(f), std::forward<Ts>(xs)...);
  }
}

/// Starts `f(xs...)` as a cell with default options from inside `self`.
template <caf::spawn_options Os = caf::no_spawn_options, class Self, class F,
          class... Ts,
          class = std::enable_if_t<
              std::is_base_of_v<caf::local_actor,
                                Self> && !std::is_same_v<F, cell_options>>>
auto spawn(Self* self, F f, Ts&&... xs) {
  return spawn<Os>(self, cell_options{}, std::move(f), std::forward<Ts>(xs)...);
}

} // namespace troupe
