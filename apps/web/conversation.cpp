// SPDX-License-Identifier: Apache-2.0

#include "web/conversation.hpp"

#include <cctype>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "web/event_stream.hpp"
#include "web/message.hpp"

namespace web {

namespace {

/// Request line and headers together.
constexpr uint64_t max_head_bytes = 32 << 10;

std::vector<std::string> all_of(const httplib::Request& x, const char* name) {
  std::vector<std::string> result;
  auto [first, last] = x.headers.equal_range(name);
  for (; first != last; ++first)
    result.push_back(first->second);
  return result;
}

request_head head_of(const httplib::Request& x) {
  return {.method = x.method,
          .target_bytes = x.target.size(),
          .content_length = all_of(x, "Content-Length"),
          .transfer_encoding = all_of(x, "Transfer-Encoding"),
          .content_encoding = all_of(x, "Content-Encoding"),
          .content_type = all_of(x, "Content-Type"),
          .host = all_of(x, "Host"),
          .origin = all_of(x, "Origin"),
          .fetch_site = all_of(x, "Sec-Fetch-Site"),
          .authorization = all_of(x, "Authorization"),
          .action = all_of(x, "X-Troupe-Action")};
}

/// Moves a response to where cpp-httplib sends it from.
void put(httplib::Response& to, response from) {
  to.status = from.status;
  for (auto& [name, value] : from.headers)
    to.set_header(name, value);
  if (from.next) {
    to.set_header("Cache-Control", "no-store");
    to.set_chunked_content_provider(
        from.type,
        [next = std::move(from.next)](size_t, httplib::DataSink& sink) {
          auto piece = next();
          if (!piece)
            sink.done();
          else if (!sink.write(piece->data(), piece->size()))
            return false;
          return true;
        });
    return;
  }
  to.set_content(std::move(from.body), from.type);
}

} // namespace

struct conversation::exchange {
  connection_stream* stream;
  request_head head = {};
  std::string path = {};
  std::optional<problem> refusal = {};
  /// Nothing can follow on this connection.
  bool last = false;
};

thread_local conversation::exchange* conversation::current = nullptr;

conversation::conversation(const server_options& options,
                           std::vector<route> routes)
    : options_(options),
      policy_{.max_body_bytes = options.max_body_bytes,
              .token = options.token,
              .scheme = options.tls ? "https" : "http"},
      routes_(std::move(routes)) {
  set_payload_max_length(options.max_body_bytes);
  // Only told to clients: the server's own loop decides.
  set_keep_alive_timeout(
      std::chrono::floor<std::chrono::seconds>(options.idle_timeout).count());
  set_keep_alive_max_count(1'000'000);
  // Its own threads are not used, and any number tells it that it is open.
  svr_sock_ = 0;
  set_default_headers({{"X-Content-Type-Options", "nosniff"},
                       {"Cache-Control", "no-store"},
                       {"Referrer-Policy", "no-referrer"}});
  // What can be answered without a body is answered before any is read.
  set_pre_routing_handler(
      [this](const httplib::Request& in, httplib::Response& out) {
        if (!current->refusal && has_body(current->head))
          return HandlerResponse::Unhandled;
        handle(in, out);
        return HandlerResponse::Handled;
      });
  set_expect_100_continue_handler(
      [](const httplib::Request&, httplib::Response&) {
        return current->refusal ? current->refusal->status : 100;
      });
  // Paths are looked up in `routes_`; see `look_at`.
  auto handler = [this](const httplib::Request& in, httplib::Response& out) {
    handle(in, out);
  };
  Get("/", handler);
  Post("/", handler);
  Put("/", handler);
  Patch("/", handler);
  Delete("/", handler);
  Options("/", handler);
  set_error_handler([](const httplib::Request&, httplib::Response& out) {
    if (!out.body.empty())
      return;
    problem what{.status = out.status, .detail = "the request is malformed"};
    if (current->refusal)
      what = *current->refusal;
    put(out, problem_response(what));
    out.set_header("Connection", "close");
    current->last = true;
  });
}

bool conversation::answer(connection_stream& stream) {
  exchange here{&stream};
  current = &here;
  stream.begin_request(max_head_bytes + options_.max_body_bytes,
                       options_.transfer_timeout);
  auto last = false;
  auto ok = process_request(stream, closing_, last,
                            [this](httplib::Request& x) { look_at(x); });
  current = nullptr;
  return ok && !last && !here.last && !closing_;
}

std::string conversation::refusal() {
  using namespace std::chrono_literals;
  auto body = dump(to_json({.status = 503,
                            .detail = "there are too many connections",
                            .retry_after = 1s}));
  return "HTTP/1.1 503 Service Unavailable\r\n"
         "Content-Type: application/problem+json\r\n"
         "Content-Length: "
         + std::to_string(body.size())
         + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" + body;
}

/// Judges a request before its body is read. From here on it goes by one path,
/// so that cpp-httplib runs no regular expression over what strangers send.
void conversation::look_at(httplib::Request& x) {
  auto& here = *current;
  here.head = head_of(x);
  here.path = std::exchange(x.path, "/");
  x.ranges.clear();
  here.refusal = check_head(here.head, policy_);
  // No other method's body is looked at by the guard.
  auto reads_body = takes_body(x.method);
  if (has_body(here.head) && (here.refusal || !reads_body)) {
    here.last = true;
    x.headers.erase("Connection");
    x.set_header("Connection", "close");
  }
  if (!here.refusal && has_body(here.head) && !reads_body)
    here.refusal =
        problem{.status = 400, .detail = x.method + " takes no body"};
}

void conversation::handle(const httplib::Request& in, httplib::Response& out) {
  response answer;
  try {
    answer = respond(in);
  } catch (const std::exception&) {
    answer = problem_response(
        {.status = 500, .detail = "the server failed to answer this"});
  }
  put(out, std::move(answer));
}

response conversation::respond(const httplib::Request& x) {
  auto& here = *current;
  if (here.refusal)
    return problem_response(*here.refusal);
  auto found = find_route(routes_, here.head.method, here.path);
  if (auto* what = std::get_if<problem>(&found)) {
    auto result = problem_response(*what);
    if (what->allowed)
      result.headers.emplace_back("Allow", *what->allowed);
    return result;
  }
  auto& match = std::get<route_match>(found);
  if (auto what = check_access(here.head, policy_, *match.to))
    return problem_response(*what);
  request in{.method = here.head.method,
             .path = here.path,
             .parts = std::move(match.parts),
             .body = x.body};
  for (auto& [name, value] : x.params)
    in.query.emplace(name, value);
  for (auto& [name, value] : x.headers) {
    auto key = name;
    for (auto& c : key)
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    in.headers.emplace(std::move(key), value);
  }
  in.gone = [stream = here.stream] { return stream->peer_has_closed(); };
  in.closing = [this] { return closing(); };
  return match.to->handle(in);
}

} // namespace web
