// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/trace.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "support/eventually.hpp"
#include "troupe/config.hpp"
#include "troupe/scheduling/spawn.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

TEST(Traceparent, IsReadAndWritten) {
  auto text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  auto x = parse_traceparent(text);
  ASSERT_TRUE(x);
  EXPECT_EQ(x->trace_high, 0x0af7651916cd43ddu);
  EXPECT_EQ(x->trace_low, 0x8448eb211c80319cu);
  EXPECT_EQ(x->span, 0xb7ad6b7169203331u);
  EXPECT_EQ(to_traceparent(*x), text);
}

TEST(Traceparent, OfALaterVersionIsReadAsFarAsItIsKnown) {
  EXPECT_TRUE(parse_traceparent(
      "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"));
}

TEST(Traceparent, ThatIsMalformedOrNotRecordedIsNone) {
  for (auto text : {
           "",
           "00",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
           "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
           "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
           "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333x-01",
           "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
       })
    EXPECT_FALSE(parse_traceparent(text)) << text;
}

TEST(TraceScope, NestsAndEnds) {
  auto outer = new_trace();
  auto inner = new_span(outer);
  EXPECT_NE(inner.span, outer.span);
  EXPECT_EQ(inner.trace_low, outer.trace_low);
  EXPECT_FALSE(trace_scope::current());
  {
    trace_scope first{outer};
    {
      trace_scope second{inner};
      EXPECT_EQ(trace_scope::current(), inner);
    }
    EXPECT_EQ(trace_scope::current(), outer);
  }
  EXPECT_FALSE(trace_scope::current());
}

/// Collects spans.
struct span_box {
  std::mutex mtx;
  std::vector<trace_span> spans;

  size_t size() {
    std::lock_guard guard{mtx};
    return spans.size();
  }

  std::vector<trace_span> with(const std::string& name) {
    std::lock_guard guard{mtx};
    std::vector<trace_span> result;
    for (auto& x : spans)
      if (x.name == name)
        result.push_back(x);
    return result;
  }
};

class Trace : public testing::Test {
protected:
  Trace() : sys(cfg), self(sys) {
    listener = spawn<caf::hidden>(sys, [this](caf::event_based_actor*) {
      return caf::behavior{[box = box](trace_span& x) {
        std::lock_guard guard{box->mtx};
        box->spans.push_back(std::move(x));
      }};
    });
    sys.registry().put(span_listener, listener);
  }

  ~Trace() override {
    sys.registry().erase(span_listener);
    self->send_exit(listener, caf::exit_reason::kill);
  }

  /// Waits for spans with that name.
  std::vector<trace_span> spans(const std::string& name, size_t count = 1) {
    EXPECT_TRUE(test::eventually(10s, [&] {
      return box->with(name).size() >= count;
    })) << name;
    auto found = box->with(name);
    // Tests go on with those that there are.
    found.resize(std::max(found.size(), count));
    return found;
  }

  config cfg;
  caf::actor_system sys;
  caf::scoped_actor self;
  std::shared_ptr<span_box> box = std::make_shared<span_box>();
  caf::actor listener;
};

caf::behavior price(caf::event_based_actor*) {
  return {
      [](int32_t x) { return x * 2; },
      [](const std::string& x) -> caf::result<int32_t> {
        if (x == "throw")
          throw std::runtime_error{"no such thing"};
        return caf::sec::invalid_argument;
      },
  };
}

caf::behavior shop(caf::event_based_actor* self, const caf::actor& prices) {
  return {[=](int64_t x) {
    auto promise = self->make_response_promise();
    self->request(prices, caf::infinite, static_cast<int32_t>(x))
        .then([promise](int32_t y) mutable { promise.deliver(y); });
    return promise;
  }};
}

TEST_F(Trace, GoesFromARequestIntoTheRequestsOfItsHandler) {
  auto prices = spawn(sys, price);
  auto front = spawn(sys, shop, prices);
  auto root = new_trace();
  {
    trace_scope scope{root};
    self->request(front, caf::infinite, int64_t{21})
        .receive([](int32_t x) { EXPECT_EQ(x, 42); },
                 [](const caf::error&) { FAIL(); });
  }
  auto order = spans("i64").front();
  EXPECT_EQ(order.trace_high, root.trace_high);
  EXPECT_EQ(order.trace_low, root.trace_low);
  EXPECT_EQ(order.parent, root.span);
  EXPECT_EQ(order.actor_id, front.id());
  EXPECT_EQ(order.error, "");
  // The answer is handled in the same trace, and because of its span.
  auto both = spans("i32", 2);
  auto asked = std::find_if(both.begin(), both.end(),
                            [&](auto& x) { return x.actor_id == prices.id(); });
  auto answered = std::find_if(both.begin(), both.end(), [&](auto& x) {
    return x.actor_id == front.id();
  });
  ASSERT_NE(asked, both.end());
  ASSERT_NE(answered, both.end());
  EXPECT_EQ(asked->parent, order.id);
  EXPECT_EQ(answered->parent, asked->id);
  EXPECT_EQ(answered->trace_low, root.trace_low);
  self->send_exit(front, caf::exit_reason::kill);
  self->send_exit(prices, caf::exit_reason::kill);
}

TEST_F(Trace, IsNotRecordedOutsideOfAScope) {
  auto prices = spawn(sys, price);
  self->request(prices, caf::infinite, 1)
      .receive([](int32_t) {}, [](const caf::error&) {});
  {
    trace_scope scope{new_trace()};
    self->request(prices, caf::infinite, std::string{"refuse"})
        .receive([](int32_t) {}, [](const caf::error&) {});
  }
  spans("str");
  EXPECT_EQ(box->size(), 1u);
  self->send_exit(prices, caf::exit_reason::kill);
}

TEST_F(Trace, TellsWhyAHandlerFailed) {
  auto prices = spawn(sys, price);
  {
    trace_scope scope{new_trace()};
    for (auto what : {"refuse", "throw"})
      self->request(prices, caf::infinite, std::string{what})
          .receive([](int32_t) { FAIL(); }, [](const caf::error&) {});
  }
  auto found = spans("str", 2);
  EXPECT_NE(found[0].error.find("invalid_argument"), std::string::npos)
      << found[0].error;
  EXPECT_NE(found[1].error.find("no such thing"), std::string::npos)
      << found[1].error;
}

TEST_F(Trace, StaysWithAMessageThatIsSkippedFirst) {
  auto late = spawn(sys, [](caf::event_based_actor* me) -> caf::behavior {
    me->set_default_handler(caf::skip);
    return {[=](caf::ok_atom) { me->become([](int32_t x) { return x; }); }};
  });
  // [scope]
  auto root = new_trace();
  {
    trace_scope scope{root};
    self->send(late, int32_t{1});
  }
  // [scope]
  self->send(late, caf::ok_atom_v);
  EXPECT_EQ(spans("i32").front().parent, root.span);
  self->send_exit(late, caf::exit_reason::kill);
}

TEST_F(Trace, DoesNotChangeTheOrderOfMessagesNorWhatRefusesThem) {
  std::vector<int32_t> seen;
  std::mutex mtx;
  auto slow = spawn(sys, cell_options{.mailbox_limit = 1'000},
                    [&](caf::event_based_actor*) {
                      return caf::behavior{[&](int32_t x) {
                        std::lock_guard guard{mtx};
                        seen.push_back(x);
                      }};
                    });
  auto root = new_trace();
  for (int32_t i = 0; i < 100; ++i) {
    std::optional<trace_scope> scope;
    if (i % 2 == 0)
      scope.emplace(root);
    self->send(slow, i);
  }
  EXPECT_EQ(spans("i32", 50).size(), 50u);
  EXPECT_TRUE(test::eventually(10s, [&] {
    std::lock_guard guard{mtx};
    return seen.size() == 100;
  }));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  self->monitor(slow);
  self->send_exit(slow, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {});
  // Nobody is left who could take it: the request is answered all the same.
  trace_scope scope{root};
  self->request(slow, caf::infinite, int32_t{1})
      .receive([] { FAIL(); },
               [](const caf::error& why) {
                 EXPECT_EQ(why, caf::sec::request_receiver_down);
               });
}

} // namespace
} // namespace troupe
