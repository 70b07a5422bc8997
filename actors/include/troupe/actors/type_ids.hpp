// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/type_id.hpp"

namespace troupe {

struct derived_keys;
struct island;
struct island_task;
struct key_batch;
struct leaf_block;
struct point_range;
struct text_block;
struct word_run;

} // namespace troupe

// Above those of the runtime.
// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(troupe_actors, 20500)

  CAF_ADD_TYPE_ID(troupe_actors, (troupe::derived_keys))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::island))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::island_task))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::key_batch))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::leaf_block))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::point_range))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::text_block))
  CAF_ADD_TYPE_ID(troupe_actors, (troupe::word_run))

CAF_END_TYPE_ID_BLOCK(troupe_actors)
// clang-format on
