// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process_host.hpp"

#include <random>
#include <string>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "link/endpoint.hpp"
#include "link/hub.hpp"
#include "process/host_messages.hpp"
#include "process/process_keeper.hpp"
#include "process/socket_dir.hpp"
#include "process/timeout_range.hpp"
#include "process/worker_host.hpp"
#include "process/worker_seat.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

constexpr size_t max_prestarted = 64;
constexpr size_t max_threads = 1'024;
constexpr caf::timespan min_join_timeout = std::chrono::milliseconds{100};
constexpr uint64_t min_message_bytes = uint64_t{1} << 10;
constexpr uint64_t max_message_bytes = uint64_t{1} << 30;
constexpr size_t min_line_bytes = 80;
constexpr size_t max_line_bytes = 1 << 20;

/// What `~process_host` spends on farewells, and once more on the host's actor.
constexpr auto close_timeout = std::chrono::seconds{5};

/// Stand-ins bound what they have under way; the link need not.
constexpr auto max_unsent_bytes = uint64_t{1} << 40;

/// Returns 128 random bits.
std::string random_token() {
  std::random_device source;
  std::string result;
  for (auto i = 0; i < 4; ++i)
    result += fmt::format("{:08x}", source());
  return result;
}

template <class T>
caf::error check_range(errc code, const char* name, T x, T min, T max) {
  if (x >= min && x <= max)
    return {};
  return make_error(
      code, fmt::format("{} is {}, must be {} to {}", name, x, min, max));
}

/// Called in the wire's threads.
void tell_of_change(const caf::actor& host, hub& links, const identity& peer,
                    peer_change how) {
  auto seat = peer.services.find(seat_service);
  if (how != peer_change::up || seat == peer.services.end())
    return;
  if (auto proxy = links.proxy(peer.id, seat->second))
    caf::anon_send(host, worker_joined{peer.name, std::move(proxy)});
}

/// Who is told, once it is known. Weak: whoever is told owns the one who tells.
using recipient = std::shared_ptr<caf::weak_actor_ptr>;

template <class T>
void tell(const recipient& to, T what) {
  if (auto x = to->lock())
    x->enqueue(nullptr, caf::make_message_id(),
               caf::make_message(std::move(what)), nullptr);
}

process_keeper::handlers tell_by_message(recipient to,
                                         std::shared_ptr<output_gate> gate) {
  return {
      .started =
          [to](uint64_t key, pid_t pid) {
            tell(to, process_started{key, pid});
          },
      .failed =
          [to](uint64_t key, caf::error why) {
            tell(to, process_failed{key, std::move(why)});
          },
      .line =
          [to, gate](uint64_t key, process_output::stream from,
                     std::string line) {
            if (gate->enter())
              tell(to, process_wrote{key, from, std::move(line)});
          },
      .ended =
          [to](uint64_t key, const process_end& how) {
            tell(to, process_ended{key, how});
          },
  };
}

} // namespace

caf::error validate(const process_host_options& x) {
  if (auto err = check_range<size_t>(errc::bad_prestarted, "prestarted",
                                     x.prestarted, 0, max_prestarted))
    return err;
  if (auto err = check_range<size_t>(errc::bad_worker_threads, "threads",
                                     x.threads, 1, max_threads))
    return err;
  if (auto err =
          check_timeout("join_timeout", x.join_timeout, min_join_timeout))
    return err;
  if (auto err = check_range(errc::invalid_option, "max_message_bytes",
                             x.max_message_bytes, min_message_bytes,
                             max_message_bytes))
    return err;
  if (auto err = check_range(errc::invalid_option, "max_line_bytes",
                             x.max_line_bytes, min_line_bytes, max_line_bytes))
    return err;
  for (auto& watcher : x.output_watchers)
    if (!watcher)
      return make_error(errc::bad_watcher, "an output watcher is no actor");
  return {};
}

class process_host::impl {
public:
  explicit impl(caf::actor_system& sys) : sys_(sys) {
    // nop
  }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  ~impl() {
    if (host_) {
      sys_.registry().erase(process_host_name);
      caf::scoped_actor self{sys_};
      self->monitor(host_);
      self->send_exit(host_, caf::exit_reason::user_shutdown);
      self->receive([](const caf::down_msg&) {},
                    caf::after(close_timeout) >> [] {});
    }
    keeper_.reset();
    if (endpoint_)
      endpoint_->close(close_timeout);
  }

  caf::error open(process_host_options options) {
    auto dir = socket_dir::make();
    if (!dir)
      return std::move(dir.error());
    dir_ = std::move(*dir);
    auto gate = std::make_shared<output_gate>();
    auto to = std::make_shared<caf::weak_actor_ptr>();
    auto keeper =
        process_keeper::make(tell_by_message(to, gate), options.max_line_bytes);
    if (!keeper)
      return std::move(keeper.error());
    keeper_ = std::move(*keeper);
    worker_host_setup setup{.options = options,
                            .address = "unix:" + dir_.socket(),
                            .token = random_token(),
                            .keeper = keeper_,
                            .gate = gate,
                            .ready = ready_};
    auto address = setup.address;
    auto token = setup.token;
    host_ = sys_.spawn<worker_host, caf::hidden>(std::move(setup));
    // Nothing is started before `host_open`, so that nobody reads it yet.
    *to = caf::actor_cast<caf::weak_actor_ptr>(host_);
    if (auto err = listen(options, address, std::move(token)))
      return err;
    sys_.registry().put(process_host_name, host_);
    caf::anon_send(host_, host_open{});
    return {};
  }

  size_t ready() const noexcept {
    return ready_->load();
  }

private:
  caf::error listen(const process_host_options& options,
                    const std::string& address, std::string token) {
    identity own{.name = fmt::format("process-host-{}", getpid()),
                 .id = sys_.node(),
                 .max_message_bytes = options.max_message_bytes,
                 .type_table = type_table_hash(sys_.config()),
                 .services = {}};
    hub_ = std::make_shared<hub>(
        sys_, std::move(own),
        hub_options{.max_message_bytes = options.max_message_bytes,
                    .max_unsent_bytes = max_unsent_bytes,
                    .handshake_timeout = options.join_timeout,
                    .expected_token = std::move(token),
                    .admits =
                        [keeper = std::weak_ptr{keeper_}](pid_t x) {
                          auto strong = keeper.lock();
                          return strong && strong->has_started(x);
                        },
                    .buffers = buffer_way::files},
        [host = host_](hub& links, const identity& peer, peer_change how,
                       const std::string&) {
          tell_of_change(host, links, peer, how);
        });
    auto opened = endpoint::open(hub_, address);
    if (!opened)
      return std::move(opened.error());
    endpoint_ = std::move(*opened);
    return {};
  }

  caf::actor_system& sys_;
  std::shared_ptr<std::atomic<size_t>> ready_ =
      std::make_shared<std::atomic<size_t>>(0);
  socket_dir dir_;
  std::shared_ptr<process_keeper> keeper_;
  caf::actor host_;
  std::shared_ptr<hub> hub_;
  std::unique_ptr<endpoint> endpoint_;
};

caf::expected<process_host> process_host::open(caf::actor_system& sys,
                                               process_host_options options) {
  if (auto err = validate(options))
    return err;
  if (!sys.node())
    return make_error(errc::invalid_option,
                      "the actor system was not configured by troupe::config");
  if (sys.registry().get(process_host_name) != nullptr)
    return make_error(errc::invalid_option,
                      "the actor system has a process host already");
  auto x = std::make_unique<impl>(sys);
  if (auto err = x->open(std::move(options)))
    return err;
  return process_host{std::move(x)};
}

process_host::process_host(std::unique_ptr<impl> x) : impl_(std::move(x)) {
  // nop
}

process_host::process_host(process_host&&) noexcept = default;

process_host& process_host::operator=(process_host&&) noexcept = default;

process_host::~process_host() = default;

size_t process_host::ready() const noexcept {
  return impl_->ready();
}

} // namespace troupe
