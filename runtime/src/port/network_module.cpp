// SPDX-License-Identifier: Apache-2.0

#include "port/network_module.hpp"

#include <random>

#include <unistd.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/node_id.hpp"

// CAF declares this class a friend of `actor_system`, so that a network module
// may set the node id, but the package defines none.
namespace caf::net {

class middleman : public actor_system::module {
public:
  explicit middleman(actor_system& sys) : sys_(sys) {
    // nop
  }

  void start() override {
    // nop
  }

  void stop() override {
    // nop
  }

  void init(actor_system_config&) override {
    std::random_device source;
    node_id::default_data::host_id_type host;
    for (auto& byte : host)
      byte = static_cast<uint8_t>(source());
    sys_.node_ = make_node_id(static_cast<uint32_t>(getpid()), host);
  }

  id_t id() const override {
    return network_manager;
  }

  void* subtype_ptr() override {
    return this;
  }

  static actor_system::module* make(actor_system& sys, detail::type_list<>) {
    return new middleman(sys);
  }

private:
  actor_system& sys_;
};

} // namespace caf::net

namespace troupe {

void load_network_module(caf::actor_system_config& cfg) {
  cfg.load<caf::net::middleman>();
}

} // namespace troupe
