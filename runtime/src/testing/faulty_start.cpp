// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/faulty_start.hpp"

#include <atomic>
#include <memory>
#include <utility>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// Fails a start.
struct failing {
  start_desk& desk;
  const start_context& context;
  starter::done& done;

  void operator()(const throws& x) {
    done(make_error(errc::unhandled_exception, x.text));
  }

  void operator()(const quits& x) {
    done(x.reason ? x.reason
                  : make_error(errc::start_failed, "ended while it started"));
  }

  void operator()(const drops&) {
    desk.open(context.timeout, std::move(done));
  }
};

} // namespace

starter faulty_start(start_fault x, starter inner) {
  auto where = inner.where();
  auto count = std::make_shared<std::atomic<size_t>>(0);
  return {std::move(where),
          [=, x = std::move(x), inner = std::move(inner)](
              start_desk& desk, start_context context, starter::done done) {
            auto n = ++*count;
            if (n < x.nth || (x.times && n - x.nth >= *x.times))
              inner(desk, std::move(context), std::move(done));
            else
              std::visit(failing{desk, context, done}, x.what);
          }};
}

} // namespace troupe
