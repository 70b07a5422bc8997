// SPDX-License-Identifier: Apache-2.0

// What an observer is made of, without actors.

#include <chrono>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "troupe/base/errc.hpp"
#include "troupe/observe/json.hpp"
#include "troupe/observe/metrics.hpp"
#include "troupe/observe/otlp.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/system_snapshot.hpp"
#include "troupe/scheduling/run_time_histogram.hpp"

#include "observe/busy_meter.hpp"
#include "observe/event_log.hpp"
#include "observe/event_text.hpp"
#include "observe/event_writer.hpp"
#include "observe/letter_book.hpp"
#include "observe/permissions.hpp"
#include "observe/span_book.hpp"
#include "observe/tree_walk.hpp"
#include "observe/type_totals.hpp"

#include "support/temp_dir.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

// -- text ---------------------------------------------------------------------

struct text_case {
  std::string name;
  std::string text;
  std::string expected;
};

std::ostream& operator<<(std::ostream& out, const text_case& x) {
  return out << x.name;
}

class PlainText : public testing::TestWithParam<text_case> {};

TEST_P(PlainText, IsSafe) {
  EXPECT_EQ(plain_text(GetParam().text), GetParam().expected);
}

const text_case texts[] = {
    {"PrintableStays", "a b~\u00e9\u20ac\U0001f600",
     "a b~\u00e9\u20ac\U0001f600"},
    {"LinesAreJoined", "a\nb\tc\r", "a\\nb\\tc\\x0d"},
    {"TerminalCommandsAreShown", "\x1b[2J\x07", "\\x1b[2J\\x07"},
    {"SoAreThoseOfTheUpperControls",
     "\xc2\x9b"
     "2J",
     "\\x9b2J"},
    {"ZeroBytesAreShown", std::string("a\0b", 3), "a\\x00b"},
    {"TextCannotTurnRound", "a\u202eb\u2066", "a\\u202eb\\u2066"},
    {"BytesThatAreNoTextAreShown", "\xff\xc0\xaf\xed\xa0\x80",
     "\\xff\\xc0\\xaf\\xed\\xa0\\x80"},
    {"SoIsACharacterThatIsCutOff", "a\xe2\x82", "a\\xe2\\x82"},
};

INSTANTIATE_TEST_SUITE_P(All, PlainText, testing::ValuesIn(texts),
                         [](auto& x) { return x.param.name; });

TEST(PlainTextOf, ALongTextIsItsBeginning) {
  EXPECT_EQ(plain_text(std::string(50, 'x'), 10), std::string(10, 'x') + "...");
}

// -- events -------------------------------------------------------------------

std::vector<uint64_t> numbers(const event_page& x) {
  std::vector<uint64_t> result;
  for (auto& y : x.events)
    result.push_back(y.number);
  return result;
}

TEST(EventLog, RemembersTheLastOnesAndTellsWhatIsLost) {
  event_log log{3, 7};
  for (int i = 0; i < 5; ++i)
    log.add({.what = "ended"});
  using list = std::vector<uint64_t>;
  auto all = log.page({.after = 0});
  EXPECT_EQ(numbers(all), (list{3, 4, 5}));
  EXPECT_EQ(all.lost, 2u);
  auto some = log.page({.after = 3});
  EXPECT_EQ(numbers(some), (list{4, 5}));
  EXPECT_EQ(some.lost, 0u);
  auto few = log.page({.after = 0, .max = 1});
  EXPECT_EQ(numbers(few), (list{5}));
  EXPECT_EQ(few.lost, 4u);
  EXPECT_TRUE(log.page({.after = 5}).events.empty());
}

TEST(EventLog, OfANodeThatHasRestartedIsNewFromItsStart) {
  event_log log{10, 7};
  for (int i = 0; i < 3; ++i)
    log.add({.what = "ended"});
  using list = std::vector<uint64_t>;
  EXPECT_EQ(log.page({}).log, 7u);
  EXPECT_EQ(numbers(log.page({.after = 2, .log = 7})), (list{3}));
  EXPECT_EQ(numbers(log.page({.after = 2, .log = 6})), (list{1, 2, 3}));
  // Numbers that it has not given yet are those of another one.
  EXPECT_EQ(numbers(log.page({.after = 4})), (list{1, 2, 3}));
  EXPECT_EQ(log.page({.after = UINT64_MAX}).lost, 0u);
}

TEST(EventText, ShowsHostileTextAsText) {
  auto why = make_error(errc::unhandled_exception, "\x1b[31mred\nline");
  auto event = to_event({.what = supervision_event::kind::ended,
                         .child = "a/b",
                         .generation = 7,
                         .reason = why,
                         .death = "std::runtime_error: \x1b[31mred\nline",
                         .last_messages = {"1 ms before: \"\x1b\""}});
  EXPECT_EQ(event.what, "ended");
  EXPECT_EQ(event.subject, "a/b");
  EXPECT_EQ(event.level, event_level::warning);
  EXPECT_EQ(event.reason, "std::runtime_error: \\x1b[31mred\\nline");
  EXPECT_EQ(event.text.find('\x1b'), std::string::npos);
  EXPECT_EQ(event.text.find('\n'), std::string::npos);
  EXPECT_EQ(event.last_messages.at(0), "1 ms before: \"\\x1b\"");
}

// -- busy share ---------------------------------------------------------------

TEST(BusyMeter, TellsTheShareSinceTheLastLook) {
  busy_meter meter;
  auto t = [](caf::timespan x) { return busy_meter::time_point{x}; };
  EXPECT_FALSE(meter.share(1, 0ms, t(0ms)));
  EXPECT_EQ(meter.share(1, 250ms, t(1s)), 0.25);
  // Too soon for another answer.
  EXPECT_EQ(meter.share(1, 350ms, t(1'100ms)), 0.25);
  EXPECT_EQ(meter.share(1, 1'250ms, t(2s)), 1.0);
  // Clocks are not that exact.
  EXPECT_EQ(meter.share(1, 2'300ms, t(3s)), 1.0);
}

TEST(BusyMeter, ForgetsWhoIsNotSeenAnyMore) {
  busy_meter meter;
  auto t = [](caf::timespan x) { return busy_meter::time_point{x}; };
  meter.begin();
  EXPECT_FALSE(meter.share(1, 0ms, t(0s)));
  meter.end();
  meter.begin();
  meter.end();
  EXPECT_FALSE(meter.share(1, 0ms, t(1s)));
}

TEST(RunTimeHistogram, CountsADurationBelowTheEndOfItsBucket) {
  using histogram = run_time_histogram;
  for (uint64_t ns :
       {uint64_t{0}, uint64_t{1'023}, uint64_t{1'024}, uint64_t{4'095},
        uint64_t{4'096}, uint64_t{5'000'000}, uint64_t{17'000'000'000}}) {
    auto bucket = histogram::bucket_of(ns);
    auto end = histogram::end_of(bucket);
    ASSERT_TRUE(end) << ns;
    EXPECT_LT(ns, static_cast<uint64_t>(end->count()));
    auto begin = bucket > 0 ? histogram::end_of(bucket - 1)->count() : 0;
    EXPECT_GE(ns, static_cast<uint64_t>(begin));
  }
  EXPECT_EQ(histogram::bucket_of(UINT64_MAX), histogram::size - 1);
  EXPECT_FALSE(histogram::end_of(histogram::size - 1));
  run_time_histogram x;
  EXPECT_TRUE(occupied(x).empty());
  x.counts[2] = 5;
  EXPECT_EQ(occupied(x), (std::vector<uint32_t>{0, 0, 5}));
}

// -- dead letters, files, metrics ---------------------------------------------

TEST(LetterBook, CountsAllAndRemembersASample) {
  letter_book book{5};
  auto t = [](caf::timespan x) { return letter_book::time_point{1h + x}; };
  for (size_t i = 0; i < 10 * letter_book::sample_per_second; ++i)
    book.add({.reason = make_error(errc::link_full, "\x1b"),
              .sender = 7,
              .receiver = 8,
              .peer = "right",
              .content = "(\x1b[2J)"},
             t(0s));
  book.add({.reason = make_error(errc::link_lost)}, t(2s));
  auto page = book.page({});
  ASSERT_EQ(page.letters.size(), 5u);
  EXPECT_EQ(page.letters[0].reason, "link_full");
  EXPECT_EQ(page.letters[0].from, "actor 7");
  EXPECT_EQ(page.letters[0].to, "actor 8 of right");
  EXPECT_EQ(page.letters[0].message, "(\\x1b[2J)");
  EXPECT_EQ(page.letters[4].number, book.total());
  EXPECT_EQ(page.letters[4].from, "");
  ASSERT_EQ(page.counts.size(), 2u);
  EXPECT_EQ(page.counts[0].count, 10 * letter_book::sample_per_second);
  EXPECT_EQ(page.counts[1].reason, "link_lost");
  EXPECT_EQ(book.page({.max = 2}).letters.size(), 2u);
  EXPECT_TRUE(book.page({.after = book.total()}).letters.empty());
}

TEST(EventWriter, WritesLinesInTurnsAndTellsWhatItLeftOut) {
  test::temp_dir dir;
  auto path = (dir.path() / "events.jsonl").string();
  std::unique_ptr<event_writer> writer;
  auto t = [](caf::timespan x) { return event_writer::time_point{1h + x}; };
  ASSERT_FALSE(event_writer::open(
      {.path = path, .max_bytes = 4'096, .max_files = 1, .max_per_second = 3},
      writer));
  for (uint64_t i = 1; i <= 5; ++i)
    writer->write({.number = i, .last_messages = {"a \"b\""}}, t(0s));
  writer->write({.number = 6}, t(1s));
  auto text = test::read_file(path);
  std::istringstream in{text};
  std::vector<std::string> seen;
  for (std::string line; std::getline(in, line);) {
    auto json = nlohmann::json::parse(line);
    seen.push_back(json.contains("dropped") ? "-" + json["dropped"].dump()
                                            : json["number"].dump());
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2", "3", "-2", "6"}));
  for (uint64_t i = 0; i < 100; ++i)
    writer->write({.number = i}, t(std::chrono::seconds{2 + i}));
  EXPECT_LE(test::read_file(path).size(), 4'096u);
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "events.1.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "events.2.jsonl"));
}

TEST(EventWriter, SaysThatItCannotWrite) {
  std::unique_ptr<event_writer> writer;
  EXPECT_EQ(event_writer::open({.path = "/proc/nowhere/x"}, writer),
            errc::cannot_write);
}

TEST(Metrics, HaveALimitedNumberOfSeries) {
  node_snapshot x;
  for (size_t i = 0; i < 3'000; ++i) {
    observed_child y;
    y.info.id = "c\"\n" + std::to_string(i);
    y.info.type = y.info.id;
    y.info.state = child_state::up;
    y.info.work.handled = 1;
    y.info.work.run_times = {0, 1};
    y.info.actor = i + 1;
    y.path = "shop/" + y.info.id;
    x.children.push_back(std::move(y));
  }
  type_totals totals;
  totals.look(x);
  auto text = to_prometheus(
      x, {.failures = {{"unhandled_exception", 3}}, .types = totals.counts()});
  EXPECT_NE(
      text.find("troupe_failures_total{reason=\"unhandled_exception\"} 3"),
      std::string::npos);
  size_t ups = 0;
  double handled = 0;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    ups += line.starts_with("troupe_child_up{") ? 1 : 0;
    if (line.starts_with("troupe_messages_handled_total{"))
      handled += std::stod(line.substr(line.rfind(' ')));
  }
  EXPECT_EQ(ups, max_child_series);
  EXPECT_EQ(handled, 3'000);
  EXPECT_NE(text.find("type=\"other\""), std::string::npos);
}

TEST(Metrics, CountDurationsInBuckets) {
  node_snapshot x;
  x.children.resize(1);
  auto& y = x.children[0];
  y.path = "shop/a";
  y.info.id = "a";
  y.info.type = "a";
  y.info.work.run_time = 2s;
  y.info.work.run_times = {1, 0, 2};
  y.info.work.wait_times = {0, 4};
  y.info.actor = 1;
  type_totals totals;
  totals.look(x);
  auto text = to_prometheus(x, {.types = totals.counts()});
  EXPECT_NE(text.find("troupe_message_run_seconds_count{type=\"shop/a\"} 3"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("troupe_message_run_seconds_sum{type=\"shop/a\"} 2"),
            std::string::npos);
  EXPECT_NE(text.find("le=\"+Inf\"} 3"), std::string::npos);
  EXPECT_NE(text.find("troupe_message_wait_seconds_count{type=\"shop/a\"} 4"),
            std::string::npos);
}

/// A look at one child of which an incarnation has handled so many messages.
node_snapshot look_at(uint64_t generation, uint64_t handled) {
  node_snapshot x;
  x.children.resize(1);
  auto& y = x.children[0];
  y.path = "shop/a";
  y.info.id = "a";
  y.info.type = "a";
  y.info.actor = generation;
  y.info.generation = generation;
  y.info.work.handled = handled;
  y.info.work.run_time = handled * 1s;
  y.info.work.run_times = {static_cast<uint32_t>(handled)};
  return x;
}

TEST(TypeTotals, NeverFallWhenIncarnationsEnd) {
  using kind = supervision_event::kind;
  type_totals totals;
  auto handled = [&] { return totals.counts().at("shop/a").handled; };
  totals.look(look_at(1, 10));
  EXPECT_EQ(handled(), 10u);
  totals.look(look_at(1, 15));
  EXPECT_EQ(handled(), 15u);
  supervision_event end{.what = kind::ended,
                        .child = "shop/a",
                        .generation = 1,
                        .reason = make_error(errc::unhandled_exception),
                        .type = "shop/a",
                        .work = {.handled = 18, .run_times = {18}}};
  totals.book(end);
  EXPECT_EQ(handled(), 18u);
  totals.book({.what = kind::restarting, .child = "shop/a", .type = "shop/a"});
  totals.look(look_at(2, 1));
  EXPECT_EQ(handled(), 19u);
  // One that nobody has looked at.
  end.generation = 3;
  end.work.handled = 100;
  totals.book(end);
  EXPECT_EQ(handled(), 119u);
  totals.look({});
  auto& sum = totals.counts().at("shop/a");
  EXPECT_EQ(sum.handled, 119u);
  EXPECT_EQ(sum.failures, 2u);
  EXPECT_EQ(sum.restarts, 1u);
  EXPECT_EQ(sum.run_times[0], 37u);
}

TEST(TypeTotals, CountWhatComesLateOnlyOnce) {
  type_totals totals;
  auto handled = [&] { return totals.counts().at("shop/a").handled; };
  totals.look(look_at(2, 20));
  // Looks that began earlier: one at the same incarnation, one at the last.
  totals.look(look_at(2, 15));
  totals.look(look_at(1, 10));
  EXPECT_EQ(handled(), 20u);
  totals.look(look_at(2, 21));
  EXPECT_EQ(handled(), 21u);
  // The end, of which the observer heard before a look was over.
  totals.book({.what = supervision_event::kind::stopped,
               .child = "shop/a",
               .generation = 3,
               .type = "shop/a",
               .work = {.handled = 5}});
  totals.look(look_at(3, 4));
  EXPECT_EQ(handled(), 26u);
}

TEST(TypeTotals, CountTheChildrenOfANewSupervisor) {
  type_totals totals;
  totals.look(look_at(1, 10));
  auto fresh = look_at(1, 3);
  fresh.children[0].info.actor = 7;
  totals.look(fresh);
  EXPECT_EQ(totals.counts().at("shop/a").handled, 13u);
}

TEST(TypeTotals, DoNotForgetChildrenOfASilentSupervisor) {
  type_totals totals;
  totals.look(look_at(1, 10));
  totals.look({.answer = answer_state::partial});
  totals.look(look_at(1, 11));
  EXPECT_EQ(totals.counts().at("shop/a").handled, 11u);
}

TEST(Metrics, TellOfLinksAndPools) {
  node_snapshot x;
  x.links = {{.peer = "right", .sent_frames = 3, .sent_bytes = 300}};
  x.pools.resize(1);
  x.pools[0].name = "work";
  x.pools[0].stats.quarantined = 2;
  x.pools[0].stats.run.add(1ms);
  auto text = to_prometheus(x, {});
  for (auto line : {"troupe_link_sent_bytes_total{peer=\"right\"} 300",
                    "troupe_pool_quarantined{pool=\"work\"} 2",
                    "troupe_pool_run_seconds_count{pool=\"work\"} 1"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

// -- traces -------------------------------------------------------------------

TEST(SpanBook, RemembersTheLastSpansAndTellsWhatIsLost) {
  span_book book{2, 9};
  for (uint64_t i = 1; i <= 3; ++i)
    book.add({.id = i, .name = "\x1b", .error = "\x1b[2J"});
  auto page = book.page({});
  ASSERT_EQ(page.spans.size(), 2u);
  EXPECT_EQ(page.spans[0].id, 2u);
  EXPECT_EQ(page.spans[0].error, "\\x1b[2J");
  EXPECT_EQ(page.lost, 1u);
  EXPECT_EQ(page.last, 3u);
  EXPECT_TRUE(book.page({.after = 3, .log = 9}).spans.empty());
  EXPECT_EQ(book.page({.after = 3, .log = 8}).spans.size(), 2u);
}

TEST(Otlp, IsWhatCollectorsTake) {
  trace_span x{.trace_high = 1,
               .trace_low = 2,
               .id = 3,
               .parent = 4,
               .name = "render",
               .actor = "painter",
               .actor_id = 17,
               .start = caf::timestamp{1'772'366'400'123ms},
               .duration = 5ms,
               .error = "no \"paint\""};
  auto json =
      nlohmann::json::parse(to_otlp({{"left", {x}}, {"right", {}}}, "shop"));
  ASSERT_EQ(json.at("resourceSpans").size(), 1u);
  auto& resource = json["resourceSpans"][0];
  auto& attributes = resource.at("resource").at("attributes");
  EXPECT_EQ(attributes.at(0).at("key"), "service.name");
  EXPECT_EQ(attributes.at(0).at("value").at("stringValue"), "shop");
  EXPECT_EQ(attributes.at(1).at("value").at("stringValue"), "left");
  auto& span = resource.at("scopeSpans").at(0).at("spans").at(0);
  EXPECT_EQ(span.at("traceId"), "00000000000000010000000000000002");
  EXPECT_EQ(span.at("spanId"), "0000000000000003");
  EXPECT_EQ(span.at("parentSpanId"), "0000000000000004");
  EXPECT_EQ(span.at("startTimeUnixNano"), "1772366400123000000");
  EXPECT_EQ(span.at("endTimeUnixNano"), "1772366400128000000");
  EXPECT_EQ(span.at("status").at("code"), 2);
  EXPECT_EQ(span.at("attributes").at(1).at("value").at("intValue"), "17");
  auto own =
      nlohmann::json::parse(to_json(std::vector<node_spans>{{"left", {x}}}));
  EXPECT_EQ(own.at("spans").at(0).at("duration_s"), 0.005);
}

// -- permissions --------------------------------------------------------------

TEST(Permissions, WithoutAListTheSecurityDecides) {
  using kind = observer_action::kind;
  EXPECT_TRUE(may_act({}, link_security::loopback_only, "ops", kind::stop));
  EXPECT_TRUE(may_act({}, link_security::insecure, "ops", kind::stop));
  EXPECT_FALSE(may_act({}, link_security::tls, "ops", kind::stop));
  EXPECT_FALSE(may_act({}, link_security::insecure, "", kind::stop));
}

TEST(Permissions, AListNamesPeersAndActions) {
  using kind = observer_action::kind;
  observer_options options;
  options.may_act = {{"ops", "*"}, {"*", "restart"}};
  for (auto security : {link_security::tls, link_security::loopback_only}) {
    EXPECT_TRUE(may_act(options, security, "ops", kind::kill));
    EXPECT_TRUE(may_act(options, security, "dev", kind::restart));
    EXPECT_FALSE(may_act(options, security, "dev", kind::kill));
  }
  options.may_act->clear();
  EXPECT_FALSE(may_act(options, link_security::insecure, "ops", kind::stop));
}

TEST(Path, IsBelowItselfAndWhatIsAboveIt) {
  EXPECT_TRUE(is_below("a/b", ""));
  EXPECT_TRUE(is_below("a/b", "a/b"));
  EXPECT_TRUE(is_below("a/b", "a"));
  EXPECT_FALSE(is_below("ab/c", "a"));
  EXPECT_FALSE(is_below("a", "a/b"));
}

// -- JSON ---------------------------------------------------------------------

TEST(Json, HasWhatIsNotKnownAsNullAndIsAlwaysText) {
  system_snapshot x;
  x.nodes.resize(1);
  x.nodes[0].node = "left";
  x.nodes[0].children.resize(2);
  x.nodes[0].children[0].path = "a/\xff\n";
  x.nodes[0].children[1].info.busy_for = caf::timespan{1'500ms};
  x.nodes[0].children[1].info.last_failure =
      make_error(errc::bad_input, "\x1b[0m");
  auto json = nlohmann::json::parse(to_json(x));
  auto& node = json.at("nodes").at(0);
  EXPECT_EQ(node.at("node"), "left");
  EXPECT_EQ(node.at("answer"), "complete");
  EXPECT_EQ(node.at("children").at(0).at("path"), "a/\ufffd\n");
  EXPECT_TRUE(node.at("children").at(0).at("busy_for_s").is_null());
  EXPECT_EQ(node.at("children").at(1).at("busy_for_s"), 1.5);
  EXPECT_EQ(node.at("children").at(1).at("last_failure"), "\\x1b[0m");
}

TEST(Json, TellsTheTimeInUtc) {
  observed_event x{.time = caf::timestamp{1'772'366'400'123ms}};
  auto json = nlohmann::json::parse(to_json(x));
  EXPECT_EQ(json.at("time"), "2026-03-01T12:00:00.123Z");
}

} // namespace
} // namespace troupe
