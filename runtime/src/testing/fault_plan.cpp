// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/fault_plan.hpp"

#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "caf/actor_cast.hpp"
#include "caf/atom.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/stream.hpp"
#include "caf/system_messages.hpp"
#include "caf/type_nr.hpp"

namespace troupe {

namespace {

bool is_cafs_own(const caf::mailbox_element& x) {
  using caf::make_type_token;
  auto& content = x.content();
  switch (content.type_token()) {
    case make_type_token<caf::exit_msg>():
    case make_type_token<caf::down_msg>():
    case make_type_token<caf::timeout_msg>():
    case make_type_token<caf::open_stream_msg>():
      return true;
    case make_type_token<caf::error>():
      return !x.mid.is_response();
    case make_type_token<caf::atom_value, caf::atom_value, std::string>():
      return content
          .match_elements<caf::sys_atom, caf::get_atom, std::string>();
    default:
      return false;
  }
}

} // namespace

bool is_ordinary(const caf::mailbox_element& x) {
  return !x.mid.is_response() && !is_cafs_own(x);
}

std::function<bool(const caf::mailbox_element&)> sent_by(const caf::actor& x) {
  return [who = caf::actor_cast<caf::weak_actor_ptr>(x)](
             const caf::mailbox_element& y) {
    return y.sender.get() == who.get() && is_ordinary(y);
  };
}

struct fault_plan::state {
  struct entry {
    fault x;
    size_t seen = 0;
  };

  std::mutex mutex;
  std::vector<entry> entries;
  size_t struck = 0;

  /// The address is enough: such a message has just been put into a mailbox.
  std::set<const caf::mailbox_element*> exempted;
};

fault_plan::fault_plan() : state_(std::make_shared<state>()) {
  // nop
}

fault_plan::fault_plan(fault x) : fault_plan() {
  add(std::move(x));
}

fault_plan& fault_plan::add(fault x) {
  std::lock_guard guard{state_->mutex};
  state_->entries.push_back({std::move(x)});
  return *this;
}

void fault_plan::clear() {
  std::lock_guard guard{state_->mutex};
  state_->entries.clear();
}

size_t fault_plan::struck() const {
  std::lock_guard guard{state_->mutex};
  return state_->struck;
}

std::optional<fault_plan::action>
fault_plan::strike(const caf::mailbox_element& x) {
  std::lock_guard guard{state_->mutex};
  if (state_->exempted.erase(&x) > 0 || is_cafs_own(x))
    return std::nullopt;
  std::optional<action> result;
  for (auto& [y, seen] : state_->entries) {
    if (!y.matching(x))
      continue;
    ++seen;
    if (!result && seen >= y.nth && (!y.times || seen - y.nth < *y.times))
      result = y.what;
  }
  if (result)
    ++state_->struck;
  return result;
}

void fault_plan::exempt(const caf::mailbox_element& x) {
  std::lock_guard guard{state_->mutex};
  state_->exempted.insert(&x);
}

} // namespace troupe
