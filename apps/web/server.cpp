// SPDX-License-Identifier: Apache-2.0

#include "web/server.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

#include "web/connection_stream.hpp"
#include "web/conversation.hpp"
#include "web/listener.hpp"
#include "web/tls.hpp"

namespace web {

class server::impl {
public:
  impl(server_options options, listener from, tls_context tls,
       std::vector<route> routes)
      : options_(std::move(options)),
        listener_(std::move(from)),
        tls_(std::move(tls)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        talk_(options_, std::move(routes)),
        acceptor_([this] { accept_all(); }) {
    // nop
  }

  ~impl() {
    close();
  }

  uint16_t port() const noexcept {
    return listener_.port;
  }

  std::string url() const {
    auto where = *troupe::parse_address(options_.listen);
    where.port = listener_.port;
    return (options_.tls ? "https://" : "http://") + to_string(where);
  }

  server_stats stats() const {
    std::lock_guard lock{mutex_};
    return {accepted_, refused_, open_.size()};
  }

  void close() {
    if (!acceptor_.joinable())
      return;
    talk_.close();
    uint64_t one = 1;
    if (write(wake_.get(), &one, sizeof(one)) < 0) {
      // It only fails if it was woken 2^64 times.
    }
    acceptor_.join();
    {
      std::lock_guard lock{mutex_};
      closing_ = true;
      for (auto& [socket, is_idle] : open_)
        if (is_idle)
          shutdown(socket, SHUT_RD);
    }
    changed_.notify_all();
    for (auto& x : threads_)
      x.join();
  }

private:
  void accept_all() {
    for (;;) {
      pollfd what[] = {{listener_.socket.get(), POLLIN, 0},
                       {wake_.get(), POLLIN, 0}};
      if (poll(what, 2, -1) < 0)
        continue;
      if (what[1].revents != 0)
        break;
      if (auto x = accept_connection(listener_); x.get() >= 0)
        admit(std::move(x));
      else if (errno == EMFILE || errno == ENFILE)
        // Until others have closed theirs.
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    listener_.socket = unique_fd{};
  }

  /// Hands a connection to a thread, or turns it away.
  void admit(unique_fd x) {
    std::unique_lock lock{mutex_};
    ++accepted_;
    if (open_.size() >= options_.max_connections) {
      ++refused_;
      lock.unlock();
      turn_away(x.get());
      return;
    }
    open_.emplace(x.get(), false);
    waiting_.push_back(std::move(x));
    if (waiting_.size() > idle_threads_)
      threads_.emplace_back([this] { serve(); });
    else
      changed_.notify_one();
  }

  void turn_away(int socket) const {
    // Without a key agreed on there is no way to say why.
    if (!tls_) {
      auto text = conversation::refusal();
      send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    shutdown(socket, SHUT_WR);
    // What has arrived unread would take the answer back.
    char buffer[4096];
    constexpr int most = 16;
    for (int i = 0; i < most; ++i)
      if (recv(socket, buffer, sizeof(buffer), MSG_DONTWAIT) <= 0)
        break;
  }

  void serve() {
    std::unique_lock lock{mutex_};
    for (;;) {
      ++idle_threads_;
      changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      --idle_threads_;
      if (waiting_.empty())
        return;
      auto x = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      talk_on(x.get());
      lock.lock();
      open_.erase(x.get());
    }
  }

  void talk_on(int socket) {
    tls_session tls;
    if (tls_) {
      tls.reset(SSL_new(tls_.get()));
      if (!tls || SSL_set_fd(tls.get(), socket) != 1)
        return;
    }
    connection_stream stream{socket, tls.get()};
    if (!stream.shake_hands(options_.transfer_timeout))
      return;
    auto go_on = true;
    while (go_on) {
      if (!mark(socket, true)
          || !stream.wait_for_request(options_.idle_timeout))
        return;
      mark(socket, false);
      go_on = talk_.answer(stream);
    }
    stream.close_gently();
  }

  /// Notes whether a connection is idle. @returns false if it is to be closed.
  bool mark(int socket, bool is_idle) {
    std::lock_guard lock{mutex_};
    open_[socket] = is_idle;
    return !closing_;
  }

  server_options options_;
  listener listener_;
  tls_context tls_;
  unique_fd wake_;
  conversation talk_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  /// By socket, whether it waits for a request.
  std::map<int, bool> open_;
  std::deque<unique_fd> waiting_;
  std::vector<std::thread> threads_;
  size_t idle_threads_ = 0;
  uint64_t accepted_ = 0;
  uint64_t refused_ = 0;
  bool closing_ = false;
  std::thread acceptor_;
};

caf::expected<server> server::open(server_options options,
                                   std::vector<route> routes) {
  if (auto problem = validate(options))
    return problem;
  tls_context tls;
  if (options.tls) {
    auto loaded = load(*options.tls);
    if (!loaded)
      return loaded.error();
    tls = std::move(*loaded);
  }
  auto from = open_listener(*troupe::parse_address(options.listen));
  if (!from)
    return from.error();
  return server{std::make_unique<impl>(std::move(options), std::move(*from),
                                       std::move(tls), std::move(routes))};
}

server::server(std::unique_ptr<impl> x) : impl_(std::move(x)) {
  // nop
}

server::server(server&&) noexcept = default;

server& server::operator=(server&&) noexcept = default;

server::~server() = default;

uint16_t server::port() const noexcept {
  return impl_->port();
}

std::string server::url() const {
  return impl_->url();
}

server_stats server::stats() const {
  return impl_->stats();
}

void server::close() {
  impl_->close();
}

} // namespace web
