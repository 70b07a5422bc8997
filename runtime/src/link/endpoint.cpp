// SPDX-License-Identifier: Apache-2.0

#include "link/endpoint.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include "troupe/base/errc.hpp"

#include "link/acceptor.hpp"
#include "link/connection.hpp"
#include "link/credentials.hpp"
#include "link/grpc_log.hpp"
#include "link/grpc_streams.hpp"
#include "link/mender.hpp"
#include "link/poller.hpp"
#include "link/session.hpp"
#include "port/listen_probe.hpp"

namespace troupe {

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

/// Pause before a dial that crossed the peer's own is repeated.
constexpr auto redial_pause = milliseconds{50};

/// The most that a frame may have: records, a share of the transfers, and room
/// to spare.
constexpr int max_frame_bytes = 2 << 20;

/// HTTP/2 frames of this size instead of 16 KiB: fewer for the same bytes.
constexpr int max_http2_frame_bytes = 1 << 20;

/// What gRPC may buffer of frames that more will follow; one is being written
/// while the next one is prepared.
constexpr int write_buffer_bytes = 1 << 20;

/// What is read from a socket at once.
constexpr int read_bytes = 256 << 10;

/// Has gRPC move large amounts. `set` takes a name and a value.
template <class F>
void set_sizes(F set) {
  set(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, max_http2_frame_bytes);
  set(GRPC_ARG_HTTP2_WRITE_BUFFER_SIZE, write_buffer_bytes);
  set(GRPC_ARG_TCP_READ_CHUNK_SIZE, read_bytes);
}

int to_int(milliseconds x) {
  return static_cast<int>(x.count());
}

grpc::ChannelArguments channel_arguments() {
  grpc::ChannelArguments result;
  // A later dial must not wait for the back-off of an earlier one.
  result.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  result.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  result.SetInt(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, max_frame_bytes);
  set_sizes([&](const char* name, int value) { result.SetInt(name, value); });
  return result;
}

/// What is spent on finding out why a dial failed.
constexpr auto diagnosis_timeout = milliseconds{200};

/// Returns the end of gRPC's account of a failure, which says most.
std::string last_reason(const std::string& account) {
  constexpr std::string_view mark = "last error: ";
  auto i = account.find(mark);
  return i == std::string::npos ? account : account.substr(i + mark.size());
}

/// Tells why a dial failed in words for people.
/// @param tls What the dial was secured with.
/// @param name What this node is called.
caf::error dial_failure(const std::string& address,
                        const connection::outcome& x,
                        const std::optional<tls_files>& tls,
                        const std::string& name) {
  auto fail = [&](errc code, const std::string& why) {
    return make_error(code, fmt::format("cannot join {}: {}", address, why));
  };
  auto refused = !x.timed_out && x.failure.category() == errc_category
                 && x.failure.code() != static_cast<uint8_t>(errc::link_lost);
  if (refused)
    return fail(static_cast<errc>(x.failure.code()), describe(x.failure));
  // gRPC reports all failures alike.
  if (auto err = probe_connect(address, diagnosis_timeout))
    return fail(errc::peer_unreachable, describe(err));
  if (tls && !x.timed_out) {
    // The far side does not tell what it dislikes.
    if (auto err = check(*tls, name))
      return fail(errc::bad_certificate, describe(err));
    return fail(errc::peer_not_trusted,
                "TLS failed: " + last_reason(describe(x.failure)));
  }
  return fail(errc::not_a_troupe_peer,
              x.timed_out ? "it did not complete the handshake in time"
                          : "another program than a troupe node answers there");
}

} // namespace

class endpoint::impl {
public:
  ~impl() {
    close(milliseconds{0});
  }

  explicit impl(std::shared_ptr<hub> owner)
      : hub_(std::move(owner)),
        secure_(channel_credentials(hub_->options().tls)),
        mender_(hub_, [this](auto& which, auto deadline) {
          return dial_once({which->dialed_address(), which}, deadline);
        }) {
    hub_->on_break([this](std::shared_ptr<session> which) {
      return mender_.mend(std::move(which));
    });
    tame_grpc_log();
  }

  caf::error listen(const std::string& address) {
    auto sockets = listener::open(address);
    if (!sockets)
      return std::move(sockets.error());
    port_ = sockets->port();
    grpc::ServerBuilder builder;
    using by_descriptor =
        grpc::ServerBuilder::experimental_type::ExternalConnectionType;
    connections_ = builder.experimental().AddExternalConnectionAcceptor(
        by_descriptor::FROM_FD, server_credentials(security(address)));
    builder.RegisterService(&service_);
    builder.SetMaxReceiveMessageSize(max_frame_bytes);
    auto set = [&](const char* name, int value) {
      builder.AddChannelArgument(name, value);
    };
    set_sizes(set);
    // Whoever connects must open a stream, in which the handshake is timed.
    set(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
        to_int(std::chrono::duration_cast<milliseconds>(
            hub_->options().handshake_timeout)));
    set(GRPC_ARG_MAX_CONCURRENT_STREAMS, 1);
    set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
        to_int(std::chrono::duration_cast<milliseconds>(
            hub_->options().handshake_timeout)));
    auto queue = builder.AddCompletionQueue();
    auto& accepting = *queue;
    server_ = builder.BuildAndStart();
    poll(std::move(queue));
    if (!server_)
      return make_error(errc::cannot_listen,
                        fmt::format("cannot listen on {}", address));
    hub_->listening(port());
    server_stream::await(hub_, service_, accepting);
    acceptor_ = acceptor::start(
        std::move(*sockets),
        {.accepted = [this](accepted_socket x) { serve(std::move(x)); },
         .admits = hub_->options().admits});
    if (!acceptor_)
      return make_error(errc::cannot_listen,
                        fmt::format("cannot listen on {}: the host has no "
                                    "thread to spare",
                                    address));
    return {};
  }

  /// Runs a queue for links that are dialled, if there is none.
  void start() {
    if (pollers_.empty())
      poll(std::make_unique<grpc::CompletionQueue>());
  }

  caf::error dial(const std::string& address, caf::timespan timeout) {
    auto deadline = clock::now() + timeout;
    auto booked = hub_->dialing(address);
    return dial_until(address, deadline);
  }

  uint16_t port() const noexcept {
    return port_;
  }

  void close(caf::timespan timeout) {
    if (closed_.exchange(true))
      return;
    abort_dials();
    hub_->close(timeout);
    mender_.stop();
    acceptor_ = nullptr;
    if (server_)
      server_->Shutdown(std::chrono::system_clock::now());
    for (auto& x : pollers_)
      x->stop(timeout);
  }

private:
  void serve(accepted_socket x) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters y;
    y.listener_fd = x.listener();
    y.fd = x.release();
    connections_->HandleNewConnection(&y);
  }

  /// What stays on this host needs no proof beyond its token.
  std::optional<tls_files> security(const std::string& address) const {
    if (address.starts_with("unix:"))
      return std::nullopt;
    return hub_->options().tls;
  }

  void poll(std::unique_ptr<grpc::CompletionQueue> queue) {
    pollers_.push_back(
        std::make_unique<poller>(hub_->system(), std::move(queue)));
  }

  /// @returns null once the endpoint was closed.
  std::shared_ptr<connection>
  start_dial(const std::shared_ptr<grpc::Channel>& channel,
             connection::destination to) {
    std::lock_guard guard{dials_mtx_};
    if (closed_)
      return nullptr;
    auto link = std::make_shared<connection>(hub_, std::move(to));
    dials_.insert(link);
    client_stream::start(channel, pollers_.front()->queue(), link);
    return link;
  }

  void end_dial(const std::shared_ptr<connection>& link) {
    std::lock_guard guard{dials_mtx_};
    dials_.erase(link);
  }

  void abort_dials() {
    std::set<std::shared_ptr<connection>> dials;
    {
      std::lock_guard guard{dials_mtx_};
      dials.swap(dials_);
    }
    for (auto& link : dials)
      link->abort(make_error(errc::peer_unreachable, "the node is leaving"));
  }

  connection::outcome dial_once(connection::destination to,
                                clock::time_point deadline) {
    auto channel = grpc::CreateCustomChannel(
        to.address, security(to.address) ? secure_ : channel_credentials({}),
        channel_arguments());
    auto link = start_dial(channel, std::move(to));
    if (!link)
      return {make_error(errc::peer_unreachable, "the node is leaving"),
              false,
              {},
              false};
    auto result = link->await_open(deadline - clock::now());
    end_dial(link);
    if (result.failure)
      link->abort(result.failure);
    return result;
  }

  caf::error dial_until(const std::string& address,
                        clock::time_point deadline) {
    for (;;) {
      auto result = dial_once({address}, deadline);
      if (!result.failure)
        return {};
      if (closed_)
        return result.failure;
      if (result.refused_by && hub_->connected(result.refused_by))
        return {};
      if (!result.try_again || clock::now() + redial_pause >= deadline)
        return dial_failure(address, result, security(address),
                            hub_->own().name);
      std::this_thread::sleep_for(redial_pause);
    }
  }

  std::shared_ptr<hub> hub_;
  /// Watches the files of certificates.
  std::shared_ptr<grpc::ChannelCredentials> secure_;
  link_service service_;
  std::vector<std::unique_ptr<poller>> pollers_;
  mender mender_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> connections_;
  std::unique_ptr<acceptor> acceptor_;
  uint16_t port_ = 0;
  std::atomic<bool> closed_ = false;
  std::mutex dials_mtx_;
  std::set<std::shared_ptr<connection>> dials_;
};

endpoint::endpoint(std::unique_ptr<impl> x) : impl_(std::move(x)) {
  // nop
}

endpoint::~endpoint() {
  // nop
}

caf::expected<std::unique_ptr<endpoint>>
endpoint::open(std::shared_ptr<hub> owner,
               const std::optional<std::string>& listen) {
  auto x = std::make_unique<impl>(std::move(owner));
  if (listen)
    if (auto err = x->listen(*listen))
      return err;
  x->start();
  return std::unique_ptr<endpoint>{new endpoint(std::move(x))};
}

caf::error endpoint::dial(const std::string& address, caf::timespan timeout) {
  return impl_->dial(address, timeout);
}

uint16_t endpoint::port() const noexcept {
  return impl_->port();
}

void endpoint::close(caf::timespan timeout) {
  impl_->close(timeout);
}

} // namespace troupe
