// SPDX-License-Identifier: Apache-2.0

#include "text.hpp"
#include "trace_text.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace cli {

namespace {

using namespace std::chrono_literals;

troupe::observed_child child(std::string path, std::string id) {
  troupe::observed_child result;
  result.path = std::move(path);
  result.info.id = std::move(id);
  result.info.state = troupe::child_state::up;
  result.node = "left";
  return result;
}

/// A node with a stuck child, and one that does not answer.
troupe::system_snapshot example() {
  troupe::system_snapshot result;
  result.nodes.resize(2);
  auto& left = result.nodes[0];
  left.node = "left";
  left.actors = 3;
  left.children = {child("shop", "shop"), child("shop/a", "a"),
                   child("shop/b", "b"), child("shop/b/x/y", "x/y"),
                   child("shop/c", "c")};
  left.children[0].info.is_supervisor = true;
  left.children[2].info.is_supervisor = true;
  left.children[1].info.last_death = "std::runtime_error: \\x1b[2J";
  left.children[1].restarts = 2;
  left.children[3].info.busy_for = caf::timespan{5s};
  left.children[3].info.message = "render";
  left.children[3].info.waiting_messages = 7;
  left.children[4].busy_share = 0.5;
  auto& right = result.nodes[1];
  right.node = "right";
  right.answer = troupe::answer_state::none;
  right.note = "no answer in time";
  return result;
}

TEST(TroupeText, DrawsTheTree) {
  EXPECT_EQ(to_tree(example(), app::colours::off),
            "left  3 actors\n"
            "  shop  up\n"
            "    a  up, last: std::runtime_error: \\x1b[2J\n"
            "    b  up\n"
            "      x/y  up, 7 waiting, 5.00 s in \"render\"\n"
            "    c  up, 50 % busy\n"
            "right  no answer in time\n");
}

std::string paths(order by) {
  std::string result;
  auto x = example();
  for (auto& row : rows_of(x, by))
    result += (result.empty() ? "" : " ") + row.child->path;
  return result;
}

TEST(TroupeText, SortsChildren) {
  EXPECT_EQ(paths(order::age), "shop/b/x/y shop/c shop/a");
  EXPECT_EQ(paths(order::busy), "shop/c shop/b/x/y shop/a");
  EXPECT_EQ(paths(order::waiting), "shop/b/x/y shop/a shop/c");
  EXPECT_EQ(paths(order::restarts), "shop/a shop/b/x/y shop/c");
  EXPECT_EQ(paths(order::path), "shop/a shop/b/x/y shop/c");
}

TEST(TroupeText, PadsColumnsByCharacters) {
  EXPECT_EQ(to_table({{"A", "B"}, {"\u00e9\u00e9", "1"}, {"ccc", ""}}),
            "A    B\n\u00e9\u00e9   1\nccc\n");
}

TEST(TroupeText, SaysWhichNodesDidNotTellAll) {
  EXPECT_EQ(to_warnings(example()), "node right: no answer in time\n");
}

TEST(TroupeText, EscapesNamesFromOtherNodes) {
  troupe::system_snapshot x;
  x.nodes.resize(1);
  x.nodes[0].node = "left";
  x.nodes[0].children = {child("a\x1b[2J", "a\x1b[2J")};
  EXPECT_EQ(to_tree(x, app::colours::off).find('\x1b'), std::string::npos);
  EXPECT_EQ(to_table(cells_of(rows_of(x, order::age))).find('\x1b'),
            std::string::npos);
}

TEST(TroupeText, EscapesWhatOtherNodesTell) {
  std::string bad = "\x1b[2J";
  troupe::letter_page letters{
      .letters = {{.reason = bad, .from = bad, .to = bad, .message = bad}},
      .counts = {{bad, 1}}};
  for (auto& text : {to_text({.node = bad, .text = bad, .last_messages = {bad}},
                             app::colours::off),
                     to_text(letters),
                     to_text(troupe::observed_quarantine{.supervisor = bad,
                     .child = bad,
                     .sender = bad,
                     .text = bad,
                     .history = {{1, bad}}})})
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

/// A request on one node and what it caused on another.
std::vector<troupe::node_spans> example_spans() {
  troupe::trace_span order{.trace_high = 1,
                           .trace_low = 2,
                           .id = 3,
                           .parent = 99,
                           .name = "order",
                           .actor = "desk",
                           .actor_id = 17,
                           .start = caf::timestamp{1s},
                           .duration = 5ms};
  auto render = order;
  render.id = 4;
  render.parent = 3;
  render.name = "render";
  render.actor = "painter";
  render.start += 1ms;
  render.duration = 2ms;
  render.waited = 300us;
  render.error = "no paint\x1b";
  return {{"left", {order}}, {"right", {render}}};
}

TEST(TroupeText, ShowsATraceOverNodes) {
  EXPECT_EQ(to_trace_tree(example_spans(), app::colours::off).substr(33 + 15),
            "5.00 ms\n"
            "  order  desk #17  on left, after 0.00 us, took 5.00 ms\n"
            "    render  painter #17  on right, after 1.00 ms, took 2.00 ms, "
            "had waited 300 us, failed: no paint\\x1b\n");
}

TEST(TroupeText, ShowsOneLineForEachTrace) {
  auto text = to_trace_table(example_spans(), 10);
  EXPECT_NE(text.find("00000000000000010000000000000002"), std::string::npos);
  EXPECT_NE(text.find("left,right"), std::string::npos) << text;
  EXPECT_NE(text.find("order  desk #17"), std::string::npos) << text;
}

TEST(TroupeText, SpansThatAreTheirOwnParentsAreShownOnce) {
  auto spans = example_spans();
  spans[0].spans[0].parent = 4;
  auto text = to_trace_tree(spans, app::colours::off);
  ASSERT_NE(text.find("render"), std::string::npos);
  EXPECT_EQ(text.find("render"), text.rfind("render")) << text;
}

} // namespace

} // namespace cli
