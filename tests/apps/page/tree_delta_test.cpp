// SPDX-License-Identifier: Apache-2.0

#include "page/tree_delta.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace page {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using strings = std::vector<std::string>;

troupe::observed_child child(std::string path, uint64_t generation = 1) {
  troupe::observed_child result;
  result.path = std::move(path);
  result.info.id = result.path.substr(result.path.rfind('/') + 1);
  result.info.generation = generation;
  return result;
}

troupe::node_snapshot node(std::vector<troupe::observed_child> children) {
  troupe::node_snapshot result;
  result.node = "a";
  result.children = std::move(children);
  return result;
}

/// Returns the paths of rows, then those that are gone with a minus.
strings told(const std::optional<std::string>& text) {
  strings result;
  if (!text)
    return result;
  auto x = json::parse(*text);
  for (auto& row : x["rows"])
    result.push_back(row["path"]);
  for (auto& path : x["gone"])
    result.push_back("-" + std::string{path});
  return result;
}

} // namespace

TEST(TreeDelta, FirstTellsOfAll) {
  tree_delta x;
  EXPECT_EQ(told(x.update(node({child("r"), child("r/a")}))),
            (strings{"r", "r/a"}));
}

TEST(TreeDelta, TellsNothingWhereNothingChanges) {
  tree_delta x;
  auto all = node({child("r"), child("r/a")});
  x.update(all);
  EXPECT_EQ(x.update(all), std::nullopt);
}

TEST(TreeDelta, TellsOfWhatChangesComesAndGoes) {
  tree_delta x;
  x.update(node({child("r"), child("r/a"), child("r/b")}));
  EXPECT_EQ(told(x.update(node({child("r"), child("r/b", 2), child("r/c")}))),
            (strings{"r/b", "r/c", "-r/a"}));
}

TEST(TreeDelta, TakesHundredthsOfASecondForEqual) {
  tree_delta x;
  auto busy = child("r");
  busy.info.busy_for = caf::timespan{1'010ms};
  x.update(node({busy}));
  busy.info.busy_for = caf::timespan{1'030ms};
  EXPECT_EQ(x.update(node({busy})), std::nullopt);
  busy.info.busy_for = caf::timespan{1'200ms};
  EXPECT_EQ(told(x.update(node({busy}))), strings{"r"});
}

TEST(TreeDelta, KeepsWhatANodeDidNotTell) {
  tree_delta x;
  x.update(node({child("r"), child("r/a")}));
  auto partial = node({child("r")});
  partial.answer = troupe::answer_state::partial;
  EXPECT_EQ(x.update(partial), std::nullopt);
  auto silent = node({});
  silent.answer = troupe::answer_state::none;
  EXPECT_EQ(x.update(silent), std::nullopt);
  auto cut = node({child("r")});
  cut.omitted = 1;
  EXPECT_EQ(x.update(cut), std::nullopt);
  EXPECT_EQ(told(x.update(node({child("r")}))), strings{"-r/a"});
}

TEST(TreeDelta, DropsNodesThatAreNotThereAnyMore) {
  tree_delta x;
  x.update(node({child("r")}));
  EXPECT_EQ(x.drop_missing({.nodes = {node({})}}), std::nullopt);
  EXPECT_EQ(told(x.drop_missing({})), strings{"-r"});
  EXPECT_EQ(x.drop_missing({}), std::nullopt);
}

TEST(TreeDelta, IsJsonWhateverNamesHold) {
  tree_delta x;
  auto text = x.update(node({child("r\"</script>\n\xff")}));
  ASSERT_TRUE(text);
  EXPECT_TRUE(json::accept(*text)) << *text;
}

} // namespace page
