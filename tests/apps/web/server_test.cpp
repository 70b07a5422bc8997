// SPDX-License-Identifier: Apache-2.0

#include "web/server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <httplib.h>

#include "troupe/base/errc.hpp"

#include "support/eventually.hpp"
#include "support/raw_socket.hpp"

namespace web {

using namespace std::chrono_literals;
using troupe::test::eventually;
using troupe::test::raw_socket;

namespace {

constexpr auto patience = 20s;

std::vector<route> routes() {
  return {
      {"GET", "/hello", [](const request&) { return response{.body = "hi"}; }},
      {"POST", "/echo",
       [](const request& in) { return response{.body = in.body}; }},
      {"GET", "/throw",
       [](const request&) -> response {
         throw std::runtime_error{"a secret"};
       }},
      {"GET", "/query",
       [](const request& in) {
         return response{.body = in.query.at("x") + in.headers.at("x-y")};
       }},
  };
}

server open(server_options options = {}, std::vector<route> what = routes()) {
  auto result = server::open(std::move(options), std::move(what));
  if (!result)
    throw std::runtime_error{troupe::describe(result.error())};
  return std::move(*result);
}

/// Sends bytes and returns what comes back until the server closes.
std::string talk(uint16_t port, const std::string& bytes) {
  raw_socket x{port};
  EXPECT_TRUE(x.ok());
  x.send(bytes);
  std::string result;
  char buffer[4096];
  pollfd events{x.fd(), POLLIN, 0};
  while (poll(&events, 1, 20'000) == 1) {
    auto n = recv(x.fd(), buffer, sizeof(buffer), 0);
    if (n <= 0)
      return result;
    result.append(buffer, static_cast<size_t>(n));
  }
  ADD_FAILURE() << "the server does not close: " << result;
  return result;
}

size_t count(const std::string& text, const std::string& part) {
  size_t result = 0;
  for (auto i = text.find(part); i != std::string::npos;
       i = text.find(part, i + part.size()))
    ++result;
  return result;
}

} // namespace

TEST(WebServer, AnswersSeveralRequestsThatCameAtOnce) {
  auto x = open();
  std::string get = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                     "Content-Type: application/json\r\nContent-Length: 3\r\n"
                     "\r\n[7]";
  std::string last = "GET /hello HTTP/1.1\r\nHost: localhost\r\n"
                     "Connection: close\r\n\r\n";
  auto text = talk(x.port(), get + post + last);
  EXPECT_EQ(count(text, "HTTP/1.1 200"), 3) << text;
  EXPECT_EQ(count(text, "[7]"), 1);
}

TEST(WebServer, DoesNotTakeABodyForTheNextRequest) {
  auto x = open();
  auto text = talk(x.port(), "GET /hello HTTP/1.1\r\nHost: localhost\r\n"
                             "Content-Length: 50\r\n\r\n"
                             "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(count(text, "HTTP/1.1"), 1) << text;
  EXPECT_EQ(text.find("HTTP/1.1 400"), 0);
}

TEST(WebServer, AnswersNonsenseAndGoesOn) {
  auto x = open();
  EXPECT_EQ(talk(x.port(), "nonsense\r\n\r\n").find("HTTP/1.1 400"), 0);
  EXPECT_EQ(talk(x.port(), "POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n5\r\n")
                .find("HTTP/1.1 411"),
            0);
  // More head than it takes.
  EXPECT_EQ(talk(x.port(), "GET /hello HTTP/1.1\r\nHost: localhost\r\n"
                           "X: "
                               + std::string(3 << 20, 'x'))
                .find("HTTP/1.1 200"),
            std::string::npos);
  httplib::Client http{"127.0.0.1", x.port()};
  EXPECT_EQ(http.Get("/hello")->body, "hi");
}

TEST(WebServer, CutsOffWhatArrivesTooSlowly) {
  auto x = open({.transfer_timeout = 50ms});
  raw_socket slow{x.port()};
  slow.send("POST /echo HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n[");
  EXPECT_TRUE(slow.closed_within(patience));
  raw_socket slower{x.port()};
  slower.send("GET /he");
  EXPECT_TRUE(slower.closed_within(patience));
}

TEST(WebServer, ClosesConnectionsThatAreIdle) {
  auto x = open({.idle_timeout = 50ms});
  raw_socket idle{x.port()};
  EXPECT_TRUE(idle.closed_within(patience));
  EXPECT_TRUE(eventually(patience, [&] { return x.stats().open == 0; }));
}

TEST(WebServer, KeepsTheTextOfExceptionsToItself) {
  auto x = open();
  httplib::Client http{"127.0.0.1", x.port()};
  auto answer = http.Get("/throw");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->body.find("secret"), std::string::npos);
}

TEST(WebServer, HandsOnQueryAndHeaders) {
  auto x = open();
  httplib::Client http{"127.0.0.1", x.port()};
  EXPECT_EQ(http.Get("/query?x=a%20b", {{"X-Y", "c"}})->body, "a bc");
}

TEST(WebServer, TellsAHeadWithoutTheBody) {
  auto x = open();
  httplib::Client http{"127.0.0.1", x.port()};
  auto answer = http.Head("/hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->get_header_value("Content-Length"), "2");
  EXPECT_EQ(answer->body, "");
}

TEST(WebServer, StreamsUntilItIsClosed) {
  std::atomic<int> pieces = 0;
  auto x = open({}, {{"GET", "/stream", [&](const request& in) {
                        response result{.type = "text/event-stream"};
                        result.next = [&pieces, closing = in.closing]()
                            -> std::optional<std::string> {
                          if (closing())
                            return std::nullopt;
                          ++pieces;
                          return ":\n\n";
                        };
                        return result;
                      }}});
  std::string text;
  std::thread client{[&] {
    httplib::Client http{"127.0.0.1", x.port()};
    http.Get("/stream", [&](const char* data, size_t size) {
      text.assign(data, size);
      return true;
    });
  }};
  EXPECT_TRUE(eventually(patience, [&] { return pieces > 10; }));
  x.close();
  client.join();
  EXPECT_FALSE(text.empty());
}

TEST(WebServer, StopsAStreamWhoseClientHasGone) {
  struct guard {
    std::atomic<bool>& gone;
    ~guard() {
      gone = true;
    }
  };
  std::atomic<bool> gone = false;
  auto x = open({}, {{"GET", "/stream", [&](const request&) {
                        response result{.type = "text/event-stream"};
                        auto life = std::make_shared<guard>(gone);
                        result.next = [life]() -> std::optional<std::string> {
                          return std::string(1'000, 'x');
                        };
                        return result;
                      }}});
  httplib::Client http{"127.0.0.1", x.port()};
  EXPECT_FALSE(http.Get("/stream", [](const char*, size_t) { return false; }));
  EXPECT_TRUE(eventually(patience, [&] { return gone.load(); }));
}

TEST(WebServer, ClosesWithIdleConnectionsOpen) {
  auto x = open({.idle_timeout = 10min});
  raw_socket idle{x.port()};
  EXPECT_TRUE(eventually(patience, [&] { return x.stats().open == 1; }));
  x.close();
  EXPECT_EQ(x.stats().open, 0);
  EXPECT_TRUE(idle.closed_within(patience));
}

} // namespace web
