// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/all.hpp"

#include "troupe/actors/fib.hpp"
#include "troupe/actors/hashing.hpp"
#include "troupe/actors/imaging.hpp"
#include "troupe/actors/island.hpp"
#include "troupe/actors/kmeans.hpp"
#include "troupe/actors/nbody.hpp"
#include "troupe/actors/particles.hpp"
#include "troupe/actors/type_ids.hpp"
#include "troupe/actors/wordcount.hpp"

namespace troupe {

void add_actor_message_types(config& to) {
  to.add_message_types<caf::id_block::troupe_actors>();
  to.add_message_type<image_task>("troupe::image_task");
  to.add_message_type<particle_sums>("troupe::particle_sums");
  to.add_message_type<particle_task>("troupe::particle_task");
  to.add_message_type<row_range>("troupe::row_range");
}

void add_actor_types(config& to) {
  add_actor_message_types(to);
  to.add_actor_type("fib", fib_worker);
  to.add_actor_type("hash", hash_worker);
  to.add_actor_type("imaging", image_worker);
  to.add_actor_type("island", island_worker);
  to.add_actor_type("kmeans", kmeans_worker);
  to.add_actor_type("nbody", nbody_worker);
  to.add_actor_type("particles", particle_worker);
  to.add_actor_type("wordcount", wordcount_worker);
}

std::vector<std::string> actor_type_names() {
  return {"fib",    "hash",  "imaging",   "island",
          "kmeans", "nbody", "particles", "wordcount"};
}

} // namespace troupe
