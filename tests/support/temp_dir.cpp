// SPDX-License-Identifier: Apache-2.0

#include "support/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace troupe::test {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

temp_dir::temp_dir() {
  auto name = std::filesystem::temp_directory_path() / "troupe-test-XXXXXX";
  auto text = name.string();
  if (mkdtemp(text.data()) == nullptr)
    fail(text);
  path_ = text;
}

temp_dir::~temp_dir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temp_dir::file(std::string_view name) const {
  return (path_ / name).string();
}

std::string temp_dir::write(std::string_view name,
                            std::string_view content) const {
  auto result = file(name);
  std::ofstream out{result, std::ios::binary};
  if (!(out << content << std::flush))
    fail(result);
  return result;
}

std::string read_file(const std::filesystem::path& x) {
  std::ifstream in{x, std::ios::binary};
  if (!in)
    fail(x.string());
  return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

} // namespace troupe::test
