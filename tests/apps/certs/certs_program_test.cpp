// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "troupe/base/errc.hpp"
#include "troupe/link/tls_files.hpp"

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;

test::finished certs(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), test::built_program("certs"));
  auto result = test::run({.line = std::move(arguments)}, 20s);
  EXPECT_TRUE(result) << "it hangs";
  return result.value_or(test::finished{});
}

tls_files files_of(const test::temp_dir& dir, const std::string& node) {
  return {.ca = dir.file("ca.pem"),
          .certificate = dir.file(node + ".pem"),
          .key = dir.file(node + "-key.pem")};
}

mode_t mode_of(const std::string& path) {
  struct stat x {};
  EXPECT_EQ(stat(path.c_str(), &x), 0) << path;
  return x.st_mode & 0777;
}

TEST(Certs, WhatItMakesIsAcceptedAndKeysAreTheOwnersOnly) {
  test::temp_dir dir;
  auto done = certs({dir.file(""), "left", "right"});
  EXPECT_EQ(done.report.code, 0) << done.err;
  for (auto node : {"left", "right"})
    EXPECT_EQ(describe(check(files_of(dir, node), node)), "no error");
  for (auto key : {"ca-key.pem", "left-key.pem", "right-key.pem"})
    EXPECT_EQ(mode_of(dir.file(key)), 0600u) << key;
}

TEST(Certs, ALaterNodeGetsACertificateOfTheSameAuthority) {
  test::temp_dir dir;
  EXPECT_EQ(certs({dir.file(""), "left"}).report.code, 0);
  auto authority = test::read_file(dir.file("ca.pem"));
  EXPECT_EQ(certs({dir.file(""), "late"}).report.code, 0);
  EXPECT_EQ(test::read_file(dir.file("ca.pem")), authority);
  EXPECT_EQ(describe(check(files_of(dir, "late"), "late")), "no error");
}

TEST(Certs, JsonIsOneObjectOnTheLastLine) {
  test::temp_dir dir;
  auto done = certs({dir.file("x"), "left", "--json"});
  auto begin = done.out.rfind('\n', done.out.size() - 2) + 1;
  EXPECT_EQ(done.out.substr(begin),
            "{\"authority\":\"" + dir.file("x/ca.pem")
                + "\",\"nodes\":[{\"name\":\"left\",\"certificate\":\""
                + dir.file("x/left.pem") + "\",\"key\":\""
                + dir.file("x/left-key.pem") + "\"}]}\n");
}

TEST(Certs, EachProblemIsOneLineAndAnExitCode) {
  test::temp_dir dir;
  dir.write("ca.pem", "garbage");
  dir.write("ca-key.pem", "garbage");
  struct {
    std::vector<std::string> arguments;
    int code;
    std::string part;
  } table[] = {
      {{}, 2, "FOLDER"},
      {{"x"}, 2, "NAME"},
      {{dir.file("y"), "a@b"}, 2, "node.name: \"a@b\" is not a name"},
      {{dir.file("y"), "ca"}, 2, "the name ca would get in the way"},
      {{dir.file("y"), "a-key"}, 2, "the name a-key would get in the way"},
      {{dir.file("y"), "a", "--days", "0"}, 2, "--days"},
      {{"/proc/nowhere", "a"}, 4, "/proc/nowhere cannot be made"},
      {{dir.file(""), "a"}, 1, "the authority in " + dir.file("")},
  };
  for (auto& [arguments, code, part] : table) {
    auto done = certs(arguments);
    EXPECT_EQ(done.report.code, code) << part;
    EXPECT_NE(done.err.find(part), std::string::npos) << done.err;
    EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 1);
  }
}

} // namespace
} // namespace troupe
