// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "caf/actor_system_config.hpp"
#include "caf/error.hpp"

#include "troupe/buffer/buffer_options.hpp"
#include "troupe/buffer/buffer_pool.hpp"
#include "troupe/location/actor_types.hpp"
#include "troupe/location/detail/actor_function.hpp"
#include "troupe/remote/node_options.hpp"
#include "troupe/scheduling/scheduler_options.hpp"

namespace troupe {

/// What people may set, for help texts and documentation.
struct option_info {
  /// Name in configuration files and for `config::set_option`, such as
  /// `node.listen`.
  std::string key;

  /// Environment variable, such as `TROUPE_NODE_LISTEN`.
  std::string variable;

  /// What the option does and what changing it costs.
  std::string help;

  std::string default_value;

  /// Values that are accepted.
  std::string allowed;
};

/// What runs cooperatively scheduled actors.
enum class scheduler_policy : uint8_t {
  /// `troupe::scheduler`.
  troupe = 1,
  /// CAF's work stealing.
  stealing,
  /// CAF's work sharing.
  sharing,
};

/// @relates scheduler_policy
std::string to_string(scheduler_policy x);

/// Configures an actor system with troupe's message types and options.
///
/// Options come from, weakest first: defaults, a file, the environment,
/// `set_option` (for command lines), and direct assignment to the members.
/// A program calls `load`, then `set_option` as it likes, then `check`.
///
/// A file has CAF's syntax, which is `key = value` in sections:
///
///     [node]
///     listen = "127.0.0.1:4000"
///     join = ["127.0.0.1:4001", "127.0.0.1:4002"]
///     connect-timeout = 5s
///     max-message-bytes = "64MiB"
///
/// Only troupe's options are accepted there; options of CAF itself are set in
/// code with `set`. Variables whose names begin with `TROUPE_` belong to
/// troupe.
///
/// Actor types that other nodes and worker processes may start are registered
/// with `add_actor_type("fib", fib_worker)`.
class config : public caf::actor_system_config,
               public actor_types,
               public buffer_source {
public:
  /// Registers troupe's message types and errors. Reads nothing.
  config();

  using caf::actor_system_config::add_actor_type;

  /// Lets other nodes and worker processes start `f` under `name`. `f` takes a
  /// pointer to the actor first. As with local starters, the actor is a cell
  /// there, and exits with `errc::unhandled_exception` and the text when its
  /// handler throws.
  template <class F>
  requires detail::starts_cell<F> config& add_actor_type(std::string name,
                                                         F f) {
    using function = detail::actor_function<F>;
    put_actor_type(name, [f](caf::message args) {
      return function::bind(f, std::move(args));
    });
    caf::actor_system_config::add_actor_type(std::move(name),
                                             function::with_reason(f));
    return *this;
  }

  node_options node;

  /// Has an effect until `buffers` is called for the first time, as the first
  /// buffer does.
  buffer_options buffer;

  buffer_pool& buffers() const override;

  /// Threads that run cooperatively scheduled actors, 1 to 1024.
  size_t threads() const;

  config& threads(size_t x);

  /// The scheduler in use, by default troupe's.
  scheduler_policy policy() const;

  config& policy(scheduler_policy x);

  /// Whether threads of troupe's scheduler stay on one core each. By default
  /// they do not, since several processes may share the cores; a host's only
  /// busy process starts parallel work sooner when they do.
  worker_placement placement() const;

  config& placement(worker_placement x);

  /// Applies the file, if one is given, then the environment.
  /// @returns what `load_file` and `load_environment` return, together.
  caf::error load(const std::optional<std::string>& file);

  /// Applies the options in a file of at most 64 KiB.
  /// @returns `bad_config_file` if it cannot be read or parsed, otherwise
  ///          `unknown_option`, `invalid_option` or `invalid_address` of the
  ///          first problem. The text has one line for each problem, which
  ///          names file, line and field. On error nothing is applied.
  caf::error load_file(const std::string& path);

  /// Applies all variables of the environment that begin with `TROUPE_`.
  /// @returns errors as `load_file` does; each line names the variable.
  caf::error load_environment();

  /// Applies one option. Lists are separated by commas and replace what was
  /// there.
  /// @returns `unknown_option`, `invalid_option` or `invalid_address`.
  caf::error set_option(std::string_view key, std::string_view text);

  /// Looks at the options together, and at values that were assigned directly.
  /// @returns the first problem as `validate` does, its one line preceded by
  ///          the place that its field was last loaded from; an assignment
  ///          after that is not seen as a place.
  caf::error check() const;

  /// Returns all options in the order in which they are documented.
  std::vector<option_info> options() const;

private:
  class draft;
  struct pool_place;

  /// Where a value came from, by the option's key: what stands before the
  /// colon in messages about it.
  std::map<std::string, std::string, std::less<>> origins_;

  std::shared_ptr<pool_place> pool_;
};

} // namespace troupe
