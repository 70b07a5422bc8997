// SPDX-License-Identifier: Apache-2.0

#include "remote/etcd_client.hpp"

#include <utility>

#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

namespace troupe::etcd {

namespace {

using nlohmann::json;

/// An answer of etcd is far smaller.
constexpr size_t max_line_bytes = 4u << 20;

template <class F>
void set_time(F f, caf::timespan x) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(x);
  auto rest =
      std::chrono::duration_cast<std::chrono::microseconds>(x - seconds);
  f(seconds.count(), rest.count());
}

caf::error unreachable(const std::string& endpoint, httplib::Error why) {
  return make_error(errc::authority_unreachable,
                    fmt::format("etcd at {} does not answer: {}", endpoint,
                                httplib::to_string(why)));
}

caf::error refused(const std::string& text) {
  auto x = json::parse(text, nullptr, false);
  auto says = x.is_object() ? x.value("error", text) : text;
  return make_error(errc::authority_refused, says.substr(0, 200));
}

} // namespace

class client::connection {
public:
  connection(const address& where, caf::timespan timeout, caf::timespan silence)
      : http_(where.host, where.port) {
    set_time([&](auto s, auto us) { http_.set_connection_timeout(s, us); },
             timeout);
    set_time([&](auto s, auto us) { http_.set_read_timeout(s, us); }, silence);
    set_time([&](auto s, auto us) { http_.set_write_timeout(s, us); }, timeout);
  }

  httplib::Client& http() {
    return http_;
  }

private:
  httplib::Client http_;
};

client::client(std::vector<std::string> endpoints, caf::timespan timeout)
    : endpoints_(std::move(endpoints)), timeout_(timeout) {
  // nop
}

client::~client() {
  // nop
}

std::shared_ptr<client::connection> client::connect(caf::timespan silence) {
  auto where = parse_address(endpoints_[current_]);
  std::lock_guard guard{mtx_};
  open_ = !where || stopped_
              ? nullptr
              : std::make_shared<connection>(*where, timeout_, silence);
  return open_;
}

caf::expected<json> client::post(const std::string& call, const json& body) {
  caf::error problem;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    auto link = connect(timeout_);
    if (!link)
      break;
    auto result =
        link->http().Post("/v3/" + call, body.dump(), "application/json");
    if (!result) {
      problem = unreachable(endpoints_[current_], result.error());
      current_ = (current_ + 1) % endpoints_.size();
      continue;
    }
    if (result->status != 200)
      return refused(result->body);
    auto answer = json::parse(result->body, nullptr, false);
    if (answer.is_discarded())
      return refused("an answer that is not JSON");
    return answer;
  }
  if (!problem)
    problem = make_error(errc::authority_unreachable, "stopped");
  return problem;
}

caf::error client::stream(const std::string& call, const json& body,
                          caf::timespan silence,
                          const std::function<bool(const json&)>& line) {
  auto link = connect(silence);
  if (!link)
    return make_error(errc::authority_unreachable, "stopped");
  std::string pending;
  auto began = false;
  httplib::Request request;
  request.method = "POST";
  request.path = "/v3/" + call;
  request.set_header("Content-Type", "application/json");
  request.body = body.dump();
  request.content_receiver = [&](const char* data, size_t size, uint64_t,
                                 uint64_t) {
    began = true;
    pending.append(data, size);
    for (auto end = pending.find('\n'); end != pending.npos;
         end = pending.find('\n')) {
      auto x = json::parse(pending.substr(0, end), nullptr, false);
      pending.erase(0, end + 1);
      if (x.is_discarded() || !line(x))
        return false;
    }
    return pending.size() <= max_line_bytes;
  };
  auto result = link->http().send(request);
  if (began)
    return {};
  auto problem = unreachable(endpoints_[current_],
                             result ? httplib::Error::Read : result.error());
  current_ = (current_ + 1) % endpoints_.size();
  return problem;
}

void client::stop() {
  std::shared_ptr<connection> open;
  {
    std::lock_guard guard{mtx_};
    stopped_ = true;
    open = std::move(open_);
  }
  if (open)
    open->http().stop();
}

} // namespace troupe::etcd
