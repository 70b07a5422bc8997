// SPDX-License-Identifier: Apache-2.0

#include "csv_line.hpp"

#include <gtest/gtest.h>

namespace fib_app {

using fields = std::vector<std::string>;

TEST(CsvLine, SplitsAtCommas) {
  EXPECT_EQ(split_csv("a,b c,d"), (fields{"a", "b c", "d"}));
}

TEST(CsvLine, KeepsEmptyFields) {
  EXPECT_EQ(split_csv(",a,"), (fields{"", "a", ""}));
  EXPECT_EQ(split_csv(""), fields{""});
}

TEST(CsvLine, TakesCommasAndQuotesInsideQuotes) {
  EXPECT_EQ(split_csv(R"("a,b","say ""n""",c)"),
            (fields{"a,b", "say \"n\"", "c"}));
}

TEST(CsvLine, RefusesAQuoteThatIsNotClosed) {
  EXPECT_FALSE(split_csv(R"(1,"2)"));
}

TEST(CsvLine, RefusesTextBehindAQuote) {
  EXPECT_FALSE(split_csv(R"("1"2)"));
}

} // namespace fib_app
