// SPDX-License-Identifier: Apache-2.0

#include "troupe/all.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace troupe {

TEST(All, IncludesEveryPublicHeaderInOrderButThoseForTests) {
  namespace fs = std::filesystem;
  fs::path root = TROUPE_SOURCE_DIR "/runtime/include";
  std::vector<std::string> headers;
  for (auto& x : fs::recursive_directory_iterator{root})
    if (x.path().extension() == ".hpp" && x.path().filename() != "all.hpp"
        && x.path().parent_path().filename() != "detail"
        && x.path().parent_path().filename() != "testing")
      headers.push_back("#include \"" + fs::relative(x.path(), root).string()
                        + "\"\n");
  std::sort(headers.begin(), headers.end());
  std::string expected;
  for (auto& x : headers)
    expected += x;
  auto text = test::read_file(root / "troupe/all.hpp");
  auto begin = text.find("#include");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(text.substr(begin), expected);
}

} // namespace troupe
