// SPDX-License-Identifier: Apache-2.0

#include "job_table.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;

uint64_t bytes_of(const job& x) {
  return sizeof(job) + x.id.size() + x.result.size();
}

} // namespace

std::optional<web::problem> job_table::submit(job x, caf::timespan deadline,
                                              time_point now) {
  if (draining_)
    return web::problem{
        .status = 503, .detail = "the server is stopping", .retry_after = 10s};
  // Those that can start at once do not wait.
  auto room = limits_.waiting + (limits_.running - running_);
  if (waiting_ >= room)
    return web::problem{.status = 429,
                        .detail =
                            std::to_string(waiting_) + " jobs wait already",
                        .retry_after = 1s};
  auto id = x.id;
  queue_.push_back(id);
  ++waiting_;
  jobs_.insert_or_assign(id, entry{std::move(x), now + deadline});
  return std::nullopt;
}

std::vector<std::string> job_table::start() {
  std::vector<std::string> result;
  while (running_ < limits_.running && !queue_.empty()) {
    auto i = jobs_.find(queue_.front());
    if (i != jobs_.end() && i->second.what.state == job_state::waiting) {
      auto& x = i->second.what;
      x.state = job_state::running;
      ++x.version;
      ++running_;
      --waiting_;
      result.push_back(x.id);
    }
    queue_.pop_front();
  }
  return result;
}

void job_table::progress(const std::string& id, size_t done) {
  auto i = jobs_.find(id);
  if (i == jobs_.end() || i->second.what.state != job_state::running)
    return;
  i->second.what.done = done;
  ++i->second.what.version;
}

void job_table::finish(const std::string& id, job_outcome x, time_point now) {
  auto i = jobs_.find(id);
  if (i == jobs_.end() || i->second.what.state != job_state::running)
    return;
  auto& found = i->second;
  if (auto* result = std::get_if<std::string>(&x)) {
    found.what.result = std::move(*result);
    found.what.done = found.what.total;
    end(found, job_state::done, now);
  } else {
    found.what.failure = std::get<web::problem>(std::move(x));
    end(found, job_state::failed, now);
  }
}

bool job_table::cancel(const std::string& id, time_point now) {
  auto i = jobs_.find(id);
  if (i == jobs_.end() || has_ended(i->second.what))
    return false;
  i->second.what.failure =
      web::problem{.status = 409, .detail = "it was cancelled"};
  end(i->second, job_state::cancelled, now);
  return true;
}

std::vector<std::string> job_table::expire(time_point now) {
  std::vector<std::string> result;
  for (auto& [id, x] : jobs_) {
    if (has_ended(x.what) || now < x.deadline)
      continue;
    x.what.failure = web::problem{
        .status = 504,
        .detail = "its deadline passed with " + std::to_string(x.what.done)
                  + " of " + std::to_string(x.what.total) + " tasks done"};
    result.push_back(id);
  }
  for (auto& id : result)
    end(jobs_.at(id), job_state::failed, now);
  while (!ended_.empty() && now - ended_.front().second >= limits_.keep_for)
    drop_oldest();
  return result;
}

void job_table::forget(const std::string& id) {
  auto i = jobs_.find(id);
  if (i == jobs_.end() || !has_ended(i->second.what))
    return;
  --kept_;
  kept_bytes_ -= bytes_of(i->second.what);
  std::erase_if(ended_, [&](auto& x) { return x.first == id; });
  jobs_.erase(i);
}

const job* job_table::find(const std::string& id) const {
  auto i = jobs_.find(id);
  return i != jobs_.end() ? &i->second.what : nullptr;
}

std::vector<std::string> job_table::open() const {
  std::vector<std::string> result;
  for (auto& [id, x] : jobs_)
    if (!has_ended(x.what))
      result.push_back(id);
  return result;
}

size_t job_table::count(job_state x) const {
  size_t result = 0;
  for (auto& [id, one] : jobs_)
    result += one.what.state == x;
  return result;
}

void job_table::end(entry& x, job_state state, time_point now) {
  auto waits = x.what.state == job_state::waiting;
  --(waits ? waiting_ : running_);
  if (waits)
    std::erase(queue_, x.what.id);
  x.what.state = state;
  ++x.what.version;
  ended_.emplace_back(x.what.id, now);
  ++kept_;
  kept_bytes_ += bytes_of(x.what);
  while (kept_ > limits_.kept || kept_bytes_ > limits_.kept_bytes)
    drop_oldest();
}

void job_table::drop_oldest() {
  auto id = ended_.front().first;
  forget(id);
}

} // namespace server_app
