// SPDX-License-Identifier: Apache-2.0

#include "support/temp_dir.hpp"

#include <system_error>

#include <gtest/gtest.h>

namespace troupe::test {

TEST(TempDir, KeepsFilesUntilItsEnd) {
  std::filesystem::path path;
  {
    temp_dir dir;
    path = dir.path();
    auto file = dir.write("input.csv", "n\n30\n");
    EXPECT_EQ(file, dir.file("input.csv"));
    EXPECT_EQ(read_file(file), "n\n30\n");
    std::filesystem::create_directory(dir.path() / "below");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TempDir, EachIsAnotherOne) {
  temp_dir x;
  temp_dir y;
  EXPECT_NE(x.path(), y.path());
}

TEST(TempDir, ReadingAMissingFileThrows) {
  temp_dir dir;
  EXPECT_THROW(read_file(dir.file("none")), std::system_error);
}

} // namespace troupe::test
