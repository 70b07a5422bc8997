// SPDX-License-Identifier: Apache-2.0

#include "troupe/observe/observer.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "observe/letter_book.hpp"
#include "observe/observer_state.hpp"
#include "observe/span_book.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe {

namespace {

constexpr auto stop_timeout = std::chrono::seconds{5};

/// Dead letters and spans that wait to be put into their books; further ones
/// are lost for good.
constexpr size_t max_waiting = 10'000;

constexpr size_t most_entries = 1'000'000;

/// A cell that gets all of what a system tells a name of its registry.
class collector {
public:
  /// Has `f(args...)` run as the cell, unless somebody has that name already.
  template <class F, class Book>
  collector(caf::actor_system& sys, caf::atom_value name, F f, Book book)
      : sys_(sys), name_(name) {
    cell_options limited{.mailbox_limit = max_waiting,
                         .overflow = overflow_policy::drop_newest,
                         .history = 0};
    who_ = spawn<caf::hidden>(sys, limited, f, std::move(book));
    sys.registry().put(name, who_);
  }

  collector(const collector&) = delete;
  collector& operator=(const collector&) = delete;

  ~collector() {
    if (sys_.registry().get(name_) == who_)
      sys_.registry().erase(name_);
    caf::anon_send_exit(who_, caf::exit_reason::kill);
  }

private:
  caf::actor_system& sys_;
  caf::atom_value name_;
  caf::actor who_;
};

} // namespace

class observer::impl {
public:
  impl(caf::actor_system& sys, observer_setup setup) : sys_(sys) {
    auto& options = setup.options;
    if (!sys.registry().get(dead_letter_listener)) {
      setup.letters = std::make_shared<letter_book>(
          std::clamp<size_t>(options.max_letters, 1, most_entries));
      letters_.emplace(sys, dead_letter_listener, letter_collector,
                       setup.letters);
    }
    if (!sys.registry().get(span_listener)) {
      setup.spans = std::make_shared<span_book>(
          std::clamp<size_t>(options.max_spans, 1, most_entries),
          std::random_device{}() | 1);
      spans_.emplace(sys, span_listener, span_collector, setup.spans);
    }
    // Must not wait for cores that compute.
    observer_ = sys.spawn<caf::detached + caf::hidden>(observer_actor,
                                                       std::move(setup));
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  ~impl() {
    caf::scoped_actor self{sys_};
    letters_.reset();
    spans_.reset();
    self->monitor(observer_);
    self->send_exit(observer_, caf::exit_reason::user_shutdown);
    self->receive([](const caf::down_msg&) {},
                  caf::after(stop_timeout) >> [] {});
  }

  const caf::actor& handle() const noexcept {
    return observer_;
  }

private:
  caf::actor_system& sys_;
  std::optional<collector> letters_;
  std::optional<collector> spans_;
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

                            .security = at.options().security,
                            .links = at.links()})) {
  // A node has one observer: that others do not find a second one is no reason
  // not to look at this process with it.
  static_cast<void>(at.publish(observer_name, handle()));
}

observer::~observer() = default;

const caf::actor& observer::handle() const noexcept {
  return impl_->handle();
}

} // namespace troupe
