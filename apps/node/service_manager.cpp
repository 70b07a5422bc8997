// SPDX-License-Identifier: Apache-2.0

#include "service_manager.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace node_app {

void tell_service_manager(std::string_view state) {
  auto path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path == nullptr || (path[0] != '/' && path[0] != '@')
      || std::strlen(path) >= sizeof(where.sun_path))
    return;
  auto length = std::strlen(path);
  std::memcpy(where.sun_path, path, length);
  // A name in the abstract name space.
  if (path[0] == '@')
    where.sun_path[0] = '\0';
  auto fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  // Nobody who listens is no concern of ours.
  static_cast<void>(sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                           reinterpret_cast<sockaddr*>(&where), size));
  close(fd);
}

} // namespace node_app
