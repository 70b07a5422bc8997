// SPDX-License-Identifier: Apache-2.0

#include "observe/event_writer.hpp"

#include <utility>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include "troupe/base/errc.hpp"
#include "troupe/observe/json.hpp"
#include "troupe/observe/plain_text.hpp"

namespace troupe {

class event_writer::impl {
public:
  explicit impl(const event_file& where)
      : limit_(where.max_per_second),
        log_("events", std::make_shared<spdlog::sinks::rotating_file_sink_st>(
                           where.path, where.max_bytes, where.max_files)) {
    log_.set_pattern("%v", spdlog::pattern_time_type::utc);
    log_.flush_on(spdlog::level::info);
    // A full disk is no reason to end.
    log_.set_error_handler([](const std::string&) {});
  }

  void write(const observed_event& x, time_point now) {
    if (!limit_.pass(now))
      return;
    if (auto n = limit_.take_dropped())
      log_.info("{}", fmt::format("{{\"dropped\":{}}}", n));
    log_.info("{}", to_json(x));
  }

private:
  rate_limit limit_;
  spdlog::logger log_;
};

event_writer::event_writer(std::unique_ptr<impl> x) : impl_(std::move(x)) {
  // nop
}

event_writer::~event_writer() = default;

caf::error event_writer::open(const event_file& where,
                              std::unique_ptr<event_writer>& result) {
  try {
    result = std::make_unique<event_writer>(std::make_unique<impl>(where));
  } catch (const std::exception& x) {
    return make_error(
        errc::cannot_write,
        fmt::format("events cannot be written: {}", plain_text(x.what())));
  }
  return {};
}

void event_writer::write(const observed_event& x, time_point now) {
  impl_->write(x, now);
}

} // namespace troupe
