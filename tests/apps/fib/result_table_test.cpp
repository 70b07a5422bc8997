// SPDX-License-Identifier: Apache-2.0

#include "result_table.hpp"

#include <gtest/gtest.h>

namespace fib_app {

using namespace std::chrono_literals;

TEST(ResultTable, ListsTasksInTheOrderOfTheInput) {
  ledger x{{10, 11, 12}};
  x.book({{caf::node_id{}}, {{2, 144, 3500us, 0}, {0, 55, 1ms, 0}}, {}});
  auto next = result_table(x, [](auto&) { return "here"; });
  std::string text;
  while (next(text)) {}
  EXPECT_EQ(text, "task,n,result,worker,node,ms\n"
                  "1,10,55,1,here,1.000\n"
                  "3,12,144,1,here,3.500\n");
}

} // namespace fib_app
