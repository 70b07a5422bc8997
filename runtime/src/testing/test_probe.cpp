// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/test_probe.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "caf/actor_system.hpp"
#include "caf/system_messages.hpp"
#include "caf/type_erased_tuple.hpp"
#include "caf/uniform_type_info_map.hpp"

#include "base/quantity.hpp"
#include "testing/name_of.hpp"
#include "troupe/testing/test_failure.hpp"

namespace troupe {

namespace {

std::string text(const detail::message_pattern& x,
                 const caf::actor_system& sys) {
  std::vector<std::string_view> parts;
  for (auto& [type, atom] : x.parts) {
    std::string_view name = sys.types().portable_name(type);
    // CAF writes its own types as `@i32`.
    name.remove_prefix(name.starts_with('@') ? 1 : 0);
    parts.push_back(atom.empty() ? name : std::string_view{atom});
  }
  return fmt::format("({})", fmt::join(parts, ", "));
}

std::string expected_text(const detail::message_pattern& pattern,
                          const expectation& x, const caf::actor_system& sys) {
  auto result = "expected " + text(pattern, sys);
  if (x.from)
    result +=
        " from " + name_of(caf::actor_cast<caf::strong_actor_ptr>(x.from));
  if (x.within > caf::timespan{0})
    result += " within " + format_duration(x.within);
  return result;
}

} // namespace

test_probe::test_probe(test_system& sys)
    : system_(sys), self_(sys.system(), true) {
  // nop
}

caf::actor test_probe::handle() const {
  return caf::actor_cast<caf::actor>(self_);
}

bool test_probe::has_message() {
  return self_->has_next_message();
}

caf::error test_probe::expect_down(const caf::actor& who,
                                   caf::timespan within) {
  auto pattern = detail::message_pattern::of<caf::down_msg>();
  auto element = next(pattern, {.from = {}, .within = within});
  auto& down = element->content().get_as<caf::down_msg>(0);
  if (down.source != who.address())
    throw test_failure{fmt::format(
        "expected the end of {}, got that of {}",
        name_of(caf::actor_cast<caf::strong_actor_ptr>(who)),
        name_of(caf::actor_cast<caf::strong_actor_ptr>(down.source)))};
  return down.reason;
}

void test_probe::expect_nothing(caf::timespan during) {
  system_.advance(during);
  if (!has_message())
    return;
  auto x = self_->next_message();
  throw test_failure{fmt::format("expected nothing{}, got {} from {}",
                                 during > caf::timespan{0}
                                     ? " within " + format_duration(during)
                                     : std::string{},
                                 x->content().stringify(), name_of(x->sender))};
}

caf::mailbox_element_ptr
test_probe::next(const detail::message_pattern& pattern, const expectation& x) {
  auto problem = [&](const std::string& got) {
    return test_failure{expected_text(pattern, x, system_.system()) + ", got "
                        + got};
  };
  auto end = system_.now() + x.within;
  while (!has_message()) {
    if (system_.step())
      continue;
    auto wait = system_.next_timeout();
    if (!wait || system_.now() + *wait > end) {
      system_.advance(end - system_.now());
      throw problem("nothing");
    }
    system_.step_time();
  }
  auto result = self_->next_message();
  sender_ = result->sender;
  id_ = result->mid;
  if (!pattern.matches(result->content())
      || (x.from && sender_ != caf::actor_cast<caf::strong_actor_ptr>(x.from)))
    throw problem(fmt::format("{} from {}", result->content().stringify(),
                              name_of(sender_)));
  return result;
}

void test_probe::answer(caf::message content) {
  if (!sender_ || id_.is_response() || id_.is_answered())
    throw test_failure{"the last message has nobody to reply to"};
  sender_->enqueue(caf::actor_cast<caf::strong_actor_ptr>(self_),
                   id_.response_id(), std::move(content), nullptr);
  id_.mark_as_answered();
}

} // namespace troupe
