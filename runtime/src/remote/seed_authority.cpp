// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/authority.hpp"

#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

caf::behavior seed_authority(caf::event_based_actor* self,
                             std::vector<std::string> seeds) {
  return {
      [](register_atom, const node_contact&) {
        // Seeds are told by those who know them.
      },
      [=, seeds = std::move(seeds)](watch_atom, const caf::actor& x) {
        for (auto& address : seeds)
          self->send(x, seed_address{address});
      },
      [](claim_atom, const std::string&,
         const caf::actor&) -> caf::result<uint64_t> {
        return make_error(errc::no_authority,
                          "names are held with an authority such as etcd");
      },
      [](withdraw_atom, const std::string&) { return caf::unit; },
      [](lookup_atom,
         const std::string& name) -> caf::result<std::string, uint64_t> {
        return make_error(errc::unknown_name, "nobody holds " + name);
      },
  };
}

} // namespace troupe
