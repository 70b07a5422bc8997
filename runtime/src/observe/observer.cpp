// SPDX-License-Identifier: Apache-2.0

#include "troupe/observe/observer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scoped_actor.hpp"

#include "observe/letter_book.hpp"
#include "observe/observer_state.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/scheduling/spawn.hpp"

namespace troupe {

namespace {

constexpr auto stop_timeout = std::chrono::seconds{5};

/// Dead letters that wait to be counted; further ones are lost for good.
constexpr size_t max_waiting_letters = 10'000;

} // namespace

class observer::impl {
public:
  impl(caf::actor_system& sys, observer_setup setup) : sys_(sys) {
    setup.letters = collect_letters(setup.options.max_letters);
    // Must not wait for cores that compute.
    observer_ = sys.spawn<caf::detached + caf::hidden>(observer_actor,
                                                       std::move(setup));
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  ~impl() {
    caf::scoped_actor self{sys_};
    if (collector_) {
      auto now = sys_.registry().get(dead_letter_listener);
      if (now == collector_)
        sys_.registry().erase(dead_letter_listener);
      self->send_exit(collector_, caf::exit_reason::kill);
    }
    self->monitor(observer_);
    self->send_exit(observer_, caf::exit_reason::user_shutdown);
    self->receive([](const caf::down_msg&) {},
                  caf::after(stop_timeout) >> [] {});
  }

  const caf::actor& handle() const noexcept {
    return observer_;
  }

private:
  std::shared_ptr<letter_book> collect_letters(size_t max) {
    if (sys_.registry().get(dead_letter_listener))
      return nullptr;
    auto result =
        std::make_shared<letter_book>(std::clamp<size_t>(max, 1, 1'000'000));
    cell_options limited{.mailbox_limit = max_waiting_letters,
                         .overflow = overflow_policy::drop_newest,
                         .history = 0};
    collector_ = spawn<caf::hidden>(sys_, limited, letter_collector, result);
    sys_.registry().put(dead_letter_listener, collector_);
    return result;
  }

  caf::actor_system& sys_;
  caf::actor collector_;
  caf::actor observer_;
};

observer::observer(caf::actor_system& sys, observer_options options)
    : impl_(std::make_unique<impl>(
        sys, observer_setup{.options = std::move(options),
                            .name = fmt::format("local-{}", getpid())})) {
  // nop
}

observer::observer(caf::actor_system& sys, const node& at,
                   observer_options options)
    : impl_(std::make_unique<impl>(
        sys, observer_setup{.options = std::move(options),
                            .name = at.name(),
                            .membership = at.membership(),
                            .directory = at.directory(),
                            .security = at.options().security})) {
  // A node has one observer: that others do not find a second one is no reason
  // not to look at this process with it.
  static_cast<void>(at.publish(observer_name, handle()));
}

observer::~observer() = default;

const caf::actor& observer::handle() const noexcept {
  return impl_->handle();
}

} // namespace troupe
