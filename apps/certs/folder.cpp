// SPDX-License-Identifier: Apache-2.0

#include "folder.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace certs {

namespace {

namespace fs = std::filesystem;

/// A clock that is a little behind must not refuse what is new.
constexpr auto clock_tolerance = std::chrono::minutes{5};

validity from_now(size_t days) {
  return {-clock_tolerance, std::chrono::hours{24} * days};
}

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw file_error(path.string() + " cannot be " + what + ": "
                   + std::strerror(errno));
}

std::string read(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  if (!in || !(out << in.rdbuf()))
    fail(path, "read");
  return out.str();
}

/// Writes beside the file and renames, so that nobody reads a half.
void write(const fs::path& path, const std::string& text, mode_t mode) {
  auto draft = path;
  draft += ".new";
  unlink(draft.c_str());
  auto fd = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0)
    fail(path, "written");
  auto done = ::write(fd, text.data(), text.size());
  auto problem = done < 0 ? errno : ENOSPC;
  auto complete = done == static_cast<ssize_t>(text.size());
  if (close(fd) != 0 || !complete || rename(draft.c_str(), path.c_str()) != 0) {
    if (!complete)
      errno = problem;
    auto reason = errno;
    unlink(draft.c_str());
    errno = reason;
    fail(path, "written");
  }
}

} // namespace

folder::folder(fs::path where, size_t days) : where_(std::move(where)) {
  std::error_code problem;
  fs::create_directories(where_, problem);
  if (problem)
    throw file_error(where_.string() + " cannot be made: " + problem.message());
  auto key_file = where_ / "ca-key.pem";
  if (fs::exists(authority_file()) && fs::exists(key_file)) {
    try {
      authority_ = from_pem(read(authority_file()), read(key_file));
    } catch (const file_error&) {
      throw;
    } catch (const std::runtime_error& x) {
      throw std::runtime_error("the authority in " + where_.string()
                               + " cannot be used: " + x.what());
    }
    return;
  }
  authority_ = make_authority("troupe authority", from_now(days));
  write(key_file, key_pem(authority_), 0600);
  write(authority_file(), certificate_pem(authority_), 0644);
  is_new_ = true;
}

node_files folder::issue(const std::string& name, size_t days) const {
  auto made = make_node(name, from_now(days), authority_);
  node_files result{name, where_ / (name + ".pem"),
                    where_ / (name + "-key.pem")};
  write(result.key, key_pem(made), 0600);
  write(result.certificate, certificate_pem(made), 0644);
  return result;
}

} // namespace certs
