// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "troupe/location/directory.hpp"

#include "caf/actor.hpp"
#include "caf/actor_addr.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"

#include "location/qualified_name.hpp"

namespace troupe {

/// What a directory knows, and what it does about each message.
class directory_state {
public:
  explicit directory_state(caf::event_based_actor* self) : self_(self) {
    // nop
  }

  caf::result<void> enter(const std::string& text, const caf::actor& holder);

  caf::result<void> withdraw(const std::string& text);

  caf::result<caf::actor> lookup(const std::string& text);

  caf::result<void> watch(const std::string& text, const caf::actor& watcher);

  caf::result<void> unwatch(const std::string& text, const caf::actor& watcher);

  caf::result<void> peer(const std::string& node, const caf::actor& directory);

  /// Takes a change that a peer tells about a name of its own.
  void changed_at_peer(const directory_event& x);

  void down(const caf::actor_addr& who);

  /// Lets go of all handles.
  void clear();

private:
  /// A name of this node that is held or watched, or a name of another node
  /// that is watched.
  struct entry {
    qualified_name parts;
    caf::actor holder{};
    std::map<caf::actor_addr, caf::actor> watchers{};

    /// Whether watchers have been told of `holder`; always so here.
    bool told = false;

    /// Whether the directory of the name's node watches it for us.
    bool asked = false;
  };

  /// Why an actor is monitored.
  struct ties {
    std::set<std::string> held;
    std::set<std::string> watched;
    std::set<std::string> nodes;
  };

  using entries = std::map<std::string, entry>;

  using peers = std::map<std::string, caf::actor>;

  /// Takes the error with which a peer refused, or none.
  using answer = std::function<void(const caf::error&)>;

  /// Whether the present message comes from another node.
  bool is_foreign() const;

  ties& tie(const caf::actor& who);

  /// Stops monitoring an actor that nothing ties to the directory any more.
  void untie(const caf::actor_addr& who);

  void drop_watch(const std::string& text, const caf::actor& watcher);

  /// Removes the entry if it is neither held nor watched any more.
  void drop_if_unused(entries::iterator i);

  void tell(const caf::actor& watcher, const entries::value_type& x);

  /// Sets the holder and tells all watchers, unless they know.
  void change(entries::value_type& x, caf::actor holder);

  /// Asks the connected node of a name for a watch of it.
  void ask(entries::value_type& x, answer done);

  /// Takes notice that `directory` has no watch of the name for us.
  void not_watched(const std::string& text, const std::string& node,
                   const caf::actor& directory);

  /// Forgets a node without telling watchers, because another directory takes
  /// its place.
  void forget_peer(peers::iterator i);

  caf::event_based_actor* self_;
  entries entries_;
  std::map<caf::actor_addr, ties> ties_;
  peers peers_;
  size_t names_ = 0;
  size_t watches_ = 0;
};

} // namespace troupe
