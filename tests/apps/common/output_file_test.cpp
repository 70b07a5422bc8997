// SPDX-License-Identifier: Apache-2.0

#include "common/output_file.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "support/temp_dir.hpp"
#include "troupe/base/errc.hpp"

namespace app {

namespace fs = std::filesystem;
namespace test = troupe::test;

using test::read_file;

using troupe::describe;

namespace {

class output_file_test : public ::testing::Test {
protected:
  static caf::error write(output_file& file, std::string text) {
    return file.write([&](std::string& out) {
      out += std::exchange(text, {});
      return false;
    });
  }

  size_t entries() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator{dir_}, fs::directory_iterator{}));
  }

  test::temp_dir temp_;
  fs::path dir_ = temp_.path();
  fs::path path_ = dir_ / "out.csv";
};

} // namespace

TEST_F(output_file_test, AppearsOnlyWhenWritten) {
  auto file = output_file::open(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(entries(), 0u);
  EXPECT_FALSE(write(*file, "abc\n"));
  EXPECT_EQ(read_file(path_), "abc\n");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(output_file_test, ReplacesWhatWasThereAndKeepsItsMode) {
  std::ofstream{path_} << "old";
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  auto file = output_file::open(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_FALSE(write(*file, "new"));
  EXPECT_EQ(read_file(path_), "new");
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms{0640});
}

TEST_F(output_file_test, FollowsALinkToTheFile) {
  std::ofstream{path_} << "old";
  fs::create_symlink("out.csv", dir_ / "link");
  auto file = output_file::open(dir_ / "link");
  ASSERT_TRUE(file);
  EXPECT_FALSE(write(*file, "new"));
  EXPECT_EQ(read_file(path_), "new");
  EXPECT_TRUE(fs::is_symlink(dir_ / "link"));
}

TEST_F(output_file_test, WritesLongContentInParts) {
  auto file = output_file::open(path_);
  ASSERT_TRUE(file);
  auto rows = 0;
  EXPECT_FALSE(file->write([&](std::string& out) {
    out += "a row of some length\n";
    return ++rows < 10'000;
  }));
  EXPECT_EQ(fs::file_size(path_), 10'000u * 21);
}

TEST_F(output_file_test, LeavesNothingBehindWhenWritingFails) {
  std::ofstream{path_} << "old";
  auto file = output_file::open(path_);
  ASSERT_TRUE(file);
  // A full disk, as far as one can have it without a disk.
  rlimit full{.rlim_cur = 100, .rlim_max = RLIM_INFINITY};
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &full);
  auto problem = write(*file, std::string(1'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(problem, troupe::errc::cannot_write);
  EXPECT_EQ(describe(problem), path_.string() + ": File too large");
  EXPECT_EQ(read_file(path_), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(output_file_test, WritesADeviceWithoutReplacingIt) {
  auto file = output_file::open("/dev/full");
  ASSERT_TRUE(file);
  auto problem = write(*file, "abc");
  EXPECT_EQ(describe(problem), "/dev/full: No space left on device");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(output_file_test, IsRefusedWhereNothingCanBeWritten) {
  auto missing = dir_ / "no" / "out.csv";
  EXPECT_EQ(describe(output_file::open(missing).error()),
            missing.string() + ": No such file or directory");
  EXPECT_EQ(describe(output_file::open(dir_).error()),
            dir_.string() + ": Is a directory");
}

} // namespace app
