// SPDX-License-Identifier: Apache-2.0

#include "common/read_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace app {

namespace {

caf::error problem(const std::string& name, std::string_view what) {
  return make_error(
      troupe::errc::bad_input,
      fmt::format("{}: {}", name == "-" ? "standard input" : name, what));
}

} // namespace

caf::expected<std::string> read_file(const std::string& name,
                                     uint64_t max_bytes) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> owned{nullptr, std::fclose};
  auto* file = stdin;
  if (name != "-") {
    owned.reset(std::fopen(name.c_str(), "re"));
    if (!owned)
      return problem(name, std::strerror(errno));
    file = owned.get();
  }
  std::string result;
  std::string part(65'536, '\0');
  while (auto n = std::fread(part.data(), 1, part.size(), file)) {
    result.append(part, 0, n);
    if (result.size() > max_bytes)
      return problem(name, fmt::format("is larger than {} bytes", max_bytes));
  }
  if (std::ferror(file) != 0)
    return problem(name, std::strerror(errno));
  return result;
}

} // namespace app
