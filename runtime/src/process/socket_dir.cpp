// SPDX-License-Identifier: Apache-2.0

#include "process/socket_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "port/file_descriptor.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "troupe-workers-";

/// Room for the directory's name and the socket in an address.
constexpr size_t max_base_bytes = 60;

std::string base() {
  auto given = std::getenv("XDG_RUNTIME_DIR");
  std::error_code ignored;
  if (given != nullptr && *given == '/' && std::strlen(given) <= max_base_bytes
      && fs::is_directory(given, ignored) && access(given, W_OK) == 0)
    return given;
  return "/tmp";
}

/// Whether nobody listens any more on a socket that somebody has left.
bool is_abandoned(const std::string& socket) {
  sockaddr_un address{};
  if (socket.size() >= sizeof(address.sun_path))
    return false;
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, socket.c_str());
  file_descriptor fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  return fd
         && connect(fd.get(), reinterpret_cast<sockaddr*>(&address),
                    sizeof(address))
                != 0
         && errno == ECONNREFUSED;
}

void remove_all(const std::string& path) {
  unlink((path + "/link").c_str());
  rmdir(path.c_str());
}

void clean_up(const std::string& in) {
  std::error_code ignored;
  for (auto& x : fs::directory_iterator{in, ignored})
    if (x.path().filename().string().starts_with(prefix)
        && is_abandoned(x.path().string() + "/link"))
      remove_all(x.path().string());
}

} // namespace

caf::expected<socket_dir> socket_dir::make() {
  auto in = base();
  clean_up(in);
  auto path = fmt::format("{}/{}XXXXXX", in, prefix);
  // Makes it with mode 0700.
  if (mkdtemp(path.data()) == nullptr)
    return make_error(errc::cannot_listen,
                      fmt::format("cannot make a directory in {}: {}", in,
                                  std::strerror(errno)));
  socket_dir result;
  result.path_ = std::move(path);
  return result;
}

socket_dir::~socket_dir() {
  if (!path_.empty())
    remove_all(path_);
}

} // namespace troupe
