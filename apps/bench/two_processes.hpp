// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"

namespace bench {

/// A second process that serves until this one ends, or lets go of it.
class far_process {
public:
  /// Forks. `serve` opens a port, hands it to its argument and comes back when
  /// that returns.
  /// @pre the process has one thread.
  using opened = std::function<void(uint16_t port)>;
  explicit far_process(const std::function<void(const opened&)>& serve);

  ~far_process();

  far_process(const far_process&) = delete;
  far_process& operator=(const far_process&) = delete;

  /// Port on the loopback address.
  uint16_t port() const {
    return port_;
  }

private:
  int pid_ = -1;
  int lifeline_ = -1;
  uint16_t port_ = 0;
};

/// An actor system of one of the two kinds, linked to one in another process.
class linked_stage {
public:
  virtual ~linked_stage() = default;

  virtual caf::actor_system& system() = 0;

  /// Returns the actor in the other process:
  ///
  /// | accepts           | replies                                        |
  /// |-------------------|------------------------------------------------|
  /// | `int64`           | the same                                       |
  /// | frozen doubles    | the same; on troupe only                       |
  /// | `int32` n         | unit once n of the others have come since      |
  /// | string, vectors   | nothing                                        |
  virtual const caf::actor& sink() = 0;
};

/// What protects the link.
enum class link_kind : uint8_t { plain = 1, mutual_tls };

/// Starts the other process and links to it.
/// @returns null if this program was built without that kind.
std::unique_ptr<linked_stage>
make_linked_stage(bool on_troupe, link_kind kind = link_kind::plain);

} // namespace bench
