// SPDX-License-Identifier: Apache-2.0

#include "page/page.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "caf/scoped_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/observe/json.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/observe/otlp.hpp"

#include "web/asset.hpp"
#include "web/event_stream.hpp"
#include "web/fields.hpp"

#include "page/live_feed.hpp"
#include "page/snapshots.hpp"
#include "page_files.hpp"

namespace page {

namespace {

using namespace std::chrono_literals;
using troupe::errc;
using troupe::observer_action;
using web::problem;
using web::problem_response;
using web::request;
using web::response;

/// Pages that may be open at the same time.
constexpr size_t max_streams = 50;

constexpr auto patience = 5s;

/// In one answer.
constexpr uint64_t max_spans = 10'000;

constexpr auto action_deadline = 10s;

/// Nothing but this server, and nobody may frame the page.
constexpr auto content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

response asset_response(const std::string& name) {
  auto* file = web::find_asset(page_files, name);
  if (file == nullptr)
    return problem_response(
        {.status = 404, .detail = "there is nothing at this path"});
  return {.type = std::string{web::media_type(name)},
          .body = std::string{file->content},
          .headers = {{"Content-Security-Policy", content_policy}}};
}

int status_of(const caf::error& x) {
  if (x == errc::action_not_allowed)
    return 403;
  if (x == errc::unknown_child || x == errc::unknown_node
      || x == errc::unknown_message || x == errc::unknown_actor_type)
    return 404;
  if (x == errc::child_busy || x == errc::child_not_running
      || x == errc::supervisor_stopping)
    return 409;
  if (x == errc::bad_input || x == errc::invalid_option)
    return 400;
  if (x == errc::no_observer || x == errc::link_lost)
    return 502;
  if (x == caf::sec::request_timeout)
    return 504;
  return 500;
}

response refusal(const caf::error& x) {
  return problem_response(
      {.status = status_of(x), .detail = troupe::describe(x)});
}

/// Returns what stands in the query under a name.
std::string parameter(const request& in, const std::string& name) {
  auto i = in.query.find(name);
  return i != in.query.end() ? i->second : std::string{};
}

std::variant<observer_action, problem> parse_action(const std::string& body) {
  auto parsed = web::parse_body(body);
  if (auto* what = std::get_if<problem>(&parsed))
    return *what;
  auto& object = std::get<nlohmann::json>(parsed);
  using kind = observer_action::kind;
  constexpr kind all[] = {kind::restart, kind::stop,   kind::drain,
                          kind::kill,    kind::replay, kind::discard};
  std::vector<std::string> names;
  for (auto x : all)
    names.push_back(to_string(x));
  web::fields in{object, {}};
  auto name = in.text("action", names);
  observer_action result{
      .node = in.line("node", ""),
      .target = in.line("target", std::nullopt),
      .number = static_cast<uint64_t>(in.whole("number", 0, 0, INT64_MAX)),
      .deadline = action_deadline};
  if (auto what = in.finish())
    return *what;
  for (auto x : all)
    if (to_string(x) == name)
      result.what = x;
  return result;
}

} // namespace

class page::impl {
public:
  impl(caf::actor_system& sys, caf::actor observer)
      : sys_(sys), observer_(std::move(observer)), all_(observer_) {
    // nop
  }

  response live(const request& in) {
    if (streams_ >= max_streams)
      return problem_response({.status = 503,
                               .detail = "too many pages are open",
                               .retry_after = 10s});
    auto feed = std::make_shared<live_feed>(sys_, observer_, all_, in.closing,
                                            streams_);
    return {.type = web::event_stream_type,
            .next = [feed] { return feed->next(); }};
  }

  response snapshot() {
    auto all = all_.latest(sys_);
    if (!all)
      return refusal(all.error());
    return {.body = to_json(**all)};
  }

  /// Passes a question on to the observer, and its answer back as JSON.
  template <class T, class... Ts>
  response ask(caf::timespan limit, Ts... xs) {
    response result;
    caf::scoped_actor self{sys_};
    self->request(observer_, limit, std::move(xs)...)
        .receive([&](const T& x) { result.body = to_json(x); },
                 [&](const caf::error& x) { result = refusal(x); });
    return result;
  }

  response traces(const request& in) {
    response result;
    auto node = parameter(in, "node");
    auto otlp = parameter(in, "format") == "otlp";
    caf::scoped_actor self{sys_};
    self->request(observer_, patience, troupe::spans_atom_v,
                  troupe::event_query{.node = node, .max = max_spans})
        .receive(
            [&](troupe::trace_page& x) {
              std::vector<troupe::node_spans> spans;
              spans.push_back({std::move(x.node), std::move(x.spans)});
              result.body = otlp ? to_otlp(spans, "troupe") : to_json(spans);
            },
            [&](const caf::error& x) { result = refusal(x); });
    return result;
  }

  response metrics(const request& in) {
    response result;
    caf::scoped_actor self{sys_};
    self->request(observer_, patience, troupe::metrics_atom_v,
                  parameter(in, "node"))
        .receive(
            [&](std::string& x) {
              result = {.type = "text/plain; version=0.0.4",
                        .body = std::move(x)};
            },
            [&](const caf::error& x) { result = refusal(x); });
    return result;
  }

  response act(const request& in) {
    auto parsed = parse_action(in.body);
    if (auto* what = std::get_if<problem>(&parsed))
      return problem_response(*what);
    return ask<troupe::action_outcome>(
        action_deadline + patience, troupe::act_atom_v,
        std::move(std::get<observer_action>(parsed)));
  }

private:
  caf::actor_system& sys_;
  caf::actor observer_;
  snapshots all_;
  std::atomic<size_t> streams_ = 0;
};

page::page(caf::actor_system& sys, caf::actor observer)
    : impl_(std::make_unique<impl>(sys, std::move(observer))) {
  // nop
}

page::~page() = default;

std::vector<web::route> page::routes() {
  using web::access;
  auto x = impl_.get();
  return {
      {"GET", "/", [](const request&) { return asset_response("index.html"); },
       access::open},
      {"GET", "/assets/{name}",
       [](const request& in) { return asset_response(in.parts.at("name")); },
       access::open},
      {"GET", "/api/live", [x](const request& in) { return x->live(in); }},
      {"GET", "/api/snapshot", [x](const request&) { return x->snapshot(); }},
      {"GET", "/api/letters",
       [x](const request& in) {
         return x->ask<troupe::letter_page>(
             patience, troupe::letters_atom_v,
             troupe::event_query{.node = parameter(in, "node"), .max = 200});
       }},
      {"GET", "/api/quarantine",
       [x](const request& in) {
         return x->ask<troupe::quarantine_page>(
             patience, troupe::quarantine_atom_v, parameter(in, "node"));
       }},
      {"GET", "/api/history",
       [x](const request& in) {
         return x->ask<troupe::flight_record>(patience, troupe::history_atom_v,
                                              parameter(in, "node"),
                                              parameter(in, "path"));
       }},
      {"GET", "/api/traces", [x](const request& in) { return x->traces(in); }},
      {"GET", "/api/metrics",
       [x](const request& in) { return x->metrics(in); }},
      {"POST", "/api/actions", [x](const request& in) { return x->act(in); },
       access::token, web::intent::marked},
  };
}

} // namespace page
