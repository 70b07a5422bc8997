// SPDX-License-Identifier: Apache-2.0

#include "service.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/pool/pool.hpp"

#include "web/event_stream.hpp"

#include "desk.hpp"
#include "openapi.hpp"
#include "order.hpp"
#include "traced_request.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;
using web::problem;
using web::problem_response;
using web::request;
using web::response;

/// How often a waiting request looks whether its client is still there.
constexpr auto glance = 250ms;

/// How often a stream without news shows that it lives.
constexpr auto keep_alive = 5s;

/// Each takes a connection for as long as it likes.
constexpr size_t max_streams = 100;

/// How long another actor of this process may take to answer.
constexpr auto patience = 2s;

const problem no_such_job{.status = 404,
                          .detail = "there is no such job, or it was "
                                    "forgotten"};

response text_of(const job& x) {
  return {.body = to_json_text(x)};
}

/// Asks an actor and waits for a `T`.
template <class T, class... Ts>
std::optional<T> ask(caf::scoped_actor& self, const caf::actor& whom,
                     caf::timespan limit, Ts... xs) {
  std::optional<T> result;
  self->request(whom, limit, std::move(xs)...)
      .receive([&](T& x) { result = std::move(x); }, [](const caf::error&) {});
  return result;
}

/// Waits for news of a job.
std::optional<job> await_job(caf::scoped_actor& self, const caf::actor& desk,
                             const std::string& id, uint64_t seen,
                             caf::timespan limit) {
  auto reply = ask<job_reply>(self, desk, limit + patience, await_atom::value,
                              id, seen, limit);
  return reply ? reply->what : std::nullopt;
}

/// Tells of a job until it has ended.
class job_stream {
public:
  job_stream(caf::actor_system& sys, caf::actor desk, std::string id,
             std::function<bool()> closing, std::atomic<size_t>& streams)
      : self_(sys),
        desk_(std::move(desk)),
        id_(std::move(id)),
        closing_(std::move(closing)),
        streams_(streams) {
    ++streams_;
  }

  ~job_stream() {
    --streams_;
  }

  job_stream(const job_stream&) = delete;
  job_stream& operator=(const job_stream&) = delete;

  std::optional<std::string> next() {
    auto end = std::chrono::steady_clock::now() + keep_alive;
    while (!ended_ && !closing_()) {
      auto x = await_job(self_, desk_, id_, seen_, glance);
      if (!x) {
        ended_ = true;
        return web::server_sent_event("forgotten", "{}");
      }
      ended_ = has_ended(*x);
      if (ended_)
        return web::server_sent_event("ended", to_json_text(*x));
      if (x->version > seen_) {
        seen_ = x->version;
        return web::server_sent_event("progress", progress_text(*x));
      }
      if (std::chrono::steady_clock::now() >= end)
        return web::keep_alive_comment();
    }
    return std::nullopt;
  }

private:
  caf::scoped_actor self_;
  caf::actor desk_;
  std::string id_;
  std::function<bool()> closing_;
  std::atomic<size_t>& streams_;
  uint64_t seen_ = 0;
  bool ended_ = false;
};

} // namespace

service::service(caf::actor_system& sys, caf::actor desk, caf::actor pool,
                 caf::actor observer)
    : sys_(sys),
      desk_(std::move(desk)),
      pool_(std::move(pool)),
      observer_(std::move(observer)) {
  // nop
}

std::vector<web::route> service::routes() {
  using web::access;
  auto ordered = [this](auto parse) {
    return [this, parse](const request& in) {
      auto parsed = parse(in);
      if (auto* what = std::get_if<problem>(&parsed))
        return problem_response(*what);
      return order_now(in, std::get<order>(parsed));
    };
  };
  std::vector<web::route> result{
      {"POST", "/simulate",
       ordered([](const request& in) { return parse_simulate(in.body); })},
      {"POST", "/fib",
       ordered([](const request& in) { return parse_fib(in.body); })},
      {"POST", "/map/{type}", ordered([](const request& in) {
         return parse_map(in.parts.at("type"), in.body);
       })},
      {"POST", "/jobs", [this](const request& in) { return submit(in); }},
      {"GET", "/jobs/{id}", [this](const request& in) { return show(in); }},
      {"DELETE", "/jobs/{id}",
       [this](const request& in) { return cancel(in); }},
      {"GET", "/jobs/{id}/events",
       [this](const request& in) { return events(in); }},
      {"GET", "/healthz",
       [](const request&) { return response{.body = R"({"status":"ok"})"}; },
       access::open},
      {"GET", "/readyz", [this](const request&) { return readiness(); },
       access::open},
      {"GET", "/metrics", [this](const request&) { return metrics(); }},
      {"GET", "/openapi.json",
       [](const request&) {
         return response{.body = std::string{openapi_document()}};
       },
       access::open},
  };
  for (auto& x : result)
    x.handle = [this, path = x.path,
                handle = std::move(x.handle)](const request& in) {
      traced_request trace{sys_, in, path};
      auto answer = handle(in);
      trace.answered(answer.status);
      tally_.count(path, answer.status);
      return answer;
    };
  return result;
}

void service::observe(const web::server& x) {
  http_ = &x;
}

bool service::drain(caf::timespan limit) {
  draining_ = true;
  caf::scoped_actor self{sys_};
  auto in_time = false;
  self->request(desk_, limit, drained_atom::value)
      .receive([&] { in_time = true; }, [](const caf::error&) {});
  if (!in_time)
    self->send(desk_, give_up_atom::value);
  return in_time;
}

response service::order_now(const request& in, const order& x) {
  auto start = std::chrono::steady_clock::now();
  caf::scoped_actor self{sys_};
  auto submitted = ask<submit_reply>(self, desk_, patience, x);
  if (!submitted)
    return problem_response({.status = 503, .detail = "the server is busy"});
  if (auto* what = std::get_if<problem>(&submitted->what))
    return problem_response(*what);
  auto& id = std::get<std::string>(submitted->what);
  std::optional<job> state;
  do {
    // Only its end is of interest here.
    state = await_job(self, desk_, id, UINT64_MAX, glance);
    if (state && !has_ended(*state) && in.gone()) {
      self->send(desk_, cancel_atom::value, id);
      self->send(desk_, forget_atom::value, id);
      return problem_response({.status = 408, .detail = "nobody waits"});
    }
  } while (state && !has_ended(*state));
  self->send(desk_, forget_atom::value, id);
  if (!state)
    return problem_response({.status = 503, .detail = "the server is busy"});
  if (state->state == job_state::cancelled)
    return problem_response({.status = 503,
                             .detail = "the server is stopping",
                             .retry_after = 10s});
  if (state->failure)
    return problem_response(*state->failure);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  state->result.pop_back();
  return {.body = state->result + ",\"wall_s\":" + std::to_string(took.count())
                  + "}"};
}

response service::submit(const request& in) {
  auto parsed = parse_job(in.body);
  if (auto* what = std::get_if<problem>(&parsed))
    return problem_response(*what);
  caf::scoped_actor self{sys_};
  auto reply = ask<submit_reply>(self, desk_, patience,
                                 std::move(std::get<order>(parsed)));
  if (!reply)
    return problem_response({.status = 503, .detail = "the server is busy"});
  if (auto* what = std::get_if<problem>(&reply->what))
    return problem_response(*what);
  auto& id = std::get<std::string>(reply->what);
  auto path = "/jobs/" + id;
  auto result = web::json_response(
      {{"id", id}, {"status", path}, {"events", path + "/events"}});
  result.status = 202;
  result.headers.emplace_back("Location", path);
  return result;
}

response service::show(const request& in) {
  caf::scoped_actor self{sys_};
  auto reply = ask<job_reply>(self, desk_, patience, view_atom::value,
                              in.parts.at("id"));
  if (!reply || !reply->what)
    return problem_response(no_such_job);
  return text_of(*reply->what);
}

response service::events(const request& in) {
  auto& id = in.parts.at("id");
  {
    caf::scoped_actor self{sys_};
    auto reply = ask<job_reply>(self, desk_, patience, view_atom::value, id);
    if (!reply || !reply->what)
      return problem_response(no_such_job);
  }
  if (streams_ >= max_streams)
    return problem_response({.status = 503,
                             .detail = "there are too many event streams",
                             .retry_after = 5s});
  auto stream =
      std::make_shared<job_stream>(sys_, desk_, id, in.closing, streams_);
  return {.type = web::event_stream_type,
          .next = [stream] { return stream->next(); }};
}

response service::cancel(const request& in) {
  auto& id = in.parts.at("id");
  caf::scoped_actor self{sys_};
  auto reply = ask<job_reply>(self, desk_, patience, cancel_atom::value, id);
  if (!reply || !reply->what)
    return problem_response(no_such_job);
  return text_of(*reply->what);
}

response service::readiness() {
  if (draining_)
    return problem_response(
        {.status = 503, .detail = "the server is stopping"});
  caf::scoped_actor self{sys_};
  auto stats =
      ask<troupe::pool_stats>(self, pool_, patience, troupe::stats_atom_v);
  if (!stats || stats->workers == 0)
    return problem_response({.status = 503, .detail = "there are no workers"});
  return web::json_response({{"status", "ready"}, {"workers", stats->workers}});
}

response service::metrics() {
  caf::scoped_actor self{sys_};
  measures x;
  if (auto* http = http_.load())
    x.http = http->stats();
  if (auto counts =
          ask<job_counts>(self, desk_, patience, count_jobs_atom::value))
    x.jobs = std::move(counts->by_state);
  // Of the pool and all other actors.
  auto rest = ask<std::string>(self, observer_, patience,
                               troupe::metrics_atom_v, std::string{});
  return {.type = "text/plain; version=0.0.4",
          .body = tally_.text() + exposition(x) + rest.value_or("")};
}

} // namespace server_app
