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
#include "caf/infer_handle.hpp"
#include "caf/spawn_options.hpp"
#include "caf/typed_event_based_actor.hpp"

#include "troupe/scheduling/cell.hpp"
#include "troupe/scheduling/detail/cell_storage.hpp"

namespace troupe {

namespace detail {

/// Whether actors of class `T` are cells.
template <class T>
constexpr bool is_cell_base =
    std::is_base_of_v<
        caf::event_based_actor,
        T> || (std::is_base_of_v<caf::scheduled_actor, T> && std::is_base_of_v<caf::statically_typed_actor_base, T>);

/// Whether `F` is a function for an actor that may be a cell.
template <class F>
constexpr bool makes_cell = is_cell_base<caf::infer_impl_from_fun_t<F>>;

/// Starts a cell of class `T`. `prepare` is called with it before it runs.
template <class T, caf::spawn_options Os, class Prepare, class... Ts>
caf::strong_actor_ptr
launch_cell(caf::actor_system& sys, caf::actor_config& cfg,
            const cell_options& opts, Prepare&& prepare, Ts&&... xs) {
  if (caf::has_detach_flag(Os))
    cfg.flags |= caf::abstract_actor::is_detached_flag;
  if (caf::has_hide_flag(Os))
    cfg.flags |= caf::abstract_actor::is_hidden_flag;
  if (cfg.host == nullptr)
    cfg.host = sys.dummy_execution_unit();
  auto ptr =
      cell_storage<cell<T>>::make(sys, cfg, opts, std::forward<Ts>(xs)...);
  auto self = static_cast<cell<T>*>(ptr->get());
  prepare(*self);
  self->launch(cfg.host, caf::has_lazy_init_flag(Os), caf::has_hide_flag(Os));
  return ptr;
}

/// Puts a function for an actor of class `T` and its arguments into `cfg`.
template <class T, class F, class... Ts>
void init_with(caf::actor_config& cfg, F& f, Ts&&... xs) {
  static_assert(caf::detail::spawnable<F, T, Ts...>(),
                "cannot spawn function-based actor with given arguments");
  caf::detail::init_fun_factory<T, F> factory;
  cfg.init_fun = factory(std::move(f), std::forward<Ts>(xs)...);
}

template <caf::spawn_options Os, class F, class... Ts>
auto spawn_cell(caf::actor_system& sys, caf::actor_config& cfg,
                const cell_options& opts, F& f, Ts&&... xs) {
  using impl = caf::infer_impl_from_fun_t<F>;
  init_with<impl>(cfg, f, std::forward<Ts>(xs)...);
  auto ptr = launch_cell<impl, Os>(sys, cfg, opts, [](auto&) {});
  return caf::actor_cast<caf::infer_handle_from_fun_t<F>>(std::move(ptr));
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
