// SPDX-License-Identifier: Apache-2.0

// Compares runtime/docs/configuration.md with what it describes.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"

#include "support/environment_variable.hpp"
#include "support/temp_dir.hpp"

namespace troupe {

namespace {

using test::environment_variable;
using test::temp_dir;

// [configure]
caf::error configure(config& cfg, const std::optional<std::string>& file,
                     const std::string& listen) {
  if (auto problem = cfg.load(file)) // file, then environment
    return problem;
  if (auto problem = cfg.set_option("node.listen", listen))
    return problem;
  return cfg.check();
}
// [configure]

std::string document() {
  return test::read_file(TROUPE_SOURCE_DIR "/runtime/docs/configuration.md");
}

/// Returns the block of code in the language `name`.
std::string block(std::string_view name) {
  auto text = document();
  auto begin = text.find("```" + std::string{name} + "\n");
  if (begin == std::string::npos)
    return "there is no such block";
  begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find("```", begin) - begin);
}

} // namespace

TEST(ConfigDocs, TheTableListsTheOptions) {
  std::string table;
  for (auto& x : config{}.options())
    table += "| `" + x.key + "` | `" + x.variable + "` | " + x.default_value
             + " | " + x.allowed + " | " + x.help + " |\n";
  EXPECT_NE(document().find("|--------------|\n" + table + "\n"),
            std::string::npos)
      << "the table should be\n"
      << table;
}

TEST(ConfigDocs, TheExampleIsAccepted) {
  temp_dir dir;
  config x;
  EXPECT_EQ(describe(configure(x, dir.write("troupe.conf", block("ini")),
                               "127.0.0.1:0")),
            "no error");
  EXPECT_EQ(x.node.name, "left");
  EXPECT_EQ(x.node.listen, "127.0.0.1:0");
  EXPECT_EQ(x.node.join, std::vector<std::string>{"127.0.0.1:4001"});
  EXPECT_EQ(x.node.max_message_bytes, uint64_t{16} << 20);
  EXPECT_EQ(x.threads(), 2u);
}

TEST(ConfigDocs, TheErrorsAreThoseOfTheLibrary) {
  temp_dir dir;
  auto path = dir.write("troupe.conf", "[node]\n"
                                       "lisen = \"127.0.0.1:4000\"\n"
                                       "workers = \"many\"\n");
  environment_variable security{"TROUPE_NODE_SECURITY", "ssl"};
  auto text = describe(config{}.load(path));
  auto where = dir.file("");
  for (auto i = text.find(where); i != std::string::npos; i = text.find(where))
    text.erase(i, where.size());
  EXPECT_EQ(text + "\n", block("text"));
}

} // namespace troupe
