// SPDX-License-Identifier: Apache-2.0

#include "process/socket_dir.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "port/file_descriptor.hpp"
#include "support/environment_variable.hpp"
#include "support/temp_dir.hpp"

namespace troupe {
namespace {

namespace fs = std::filesystem;

class SocketDir : public testing::Test {
protected:
  size_t entries() const {
    size_t result = 0;
    for ([[maybe_unused]] auto& x : fs::directory_iterator{base.path()})
      ++result;
    return result;
  }

  /// Listens on a socket in a directory as a process host makes it.
  file_descriptor listen_in(const std::string& name) {
    auto dir = base.path() / name;
    fs::create_directory(dir);
    file_descriptor result{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (dir / "link").c_str(),
                 sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(result.get(), reinterpret_cast<sockaddr*>(&address),
                   sizeof(address)),
              0);
    EXPECT_EQ(listen(result.get(), 1), 0);
    return result;
  }

  test::temp_dir base;
  test::environment_variable where{"XDG_RUNTIME_DIR", base.path().string()};
};

TEST_F(SocketDir, IsForThisUserOnlyAndRemovedAtTheEnd) {
  {
    auto dir = socket_dir::make();
    ASSERT_TRUE(dir);
    auto path = fs::path{dir->socket()}.parent_path();
    EXPECT_EQ(path.parent_path(), base.path());
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    EXPECT_EQ(entries(), 1u);
  }
  EXPECT_EQ(entries(), 0u);
}

TEST_F(SocketDir, RemovesWhatAKilledProcessHasLeft) {
  listen_in("troupe-workers-killed").reset();
  auto living = listen_in("troupe-workers-living");
  auto stranger = listen_in("stranger");
  stranger.reset();
  auto dir = socket_dir::make();
  ASSERT_TRUE(dir);
  EXPECT_FALSE(fs::exists(base.path() / "troupe-workers-killed"));
  EXPECT_TRUE(fs::exists(base.path() / "troupe-workers-living" / "link"));
  EXPECT_TRUE(fs::exists(base.path() / "stranger" / "link"));
}

TEST(SocketDirElsewhere, IsInTmpIfTheUsualPlaceIsOfNoUse) {
  test::environment_variable missing{"XDG_RUNTIME_DIR", "/no/such/place"};
  auto dir = socket_dir::make();
  ASSERT_TRUE(dir);
  EXPECT_TRUE(dir->socket().starts_with("/tmp/troupe-workers-"));
}

} // namespace
} // namespace troupe
