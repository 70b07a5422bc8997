// SPDX-License-Identifier: Apache-2.0

#include "peers.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>

#include <unistd.h>

#include "caf/config.hpp"

#include "outcome_text.hpp"

#ifdef BENCH_HAS_TBB
#  include <tbb/version.h>
#endif

namespace bench {

namespace {

/// No run takes longer; what does has hung.
constexpr auto limit = "timeout -k 5 120 ";

std::string quoted(const std::string& x) {
  std::string result = "'";
  for (auto c : x) {
    if (c == '\'')
      result += "'\\''";
    else
      result += c;
  }
  return result + "'";
}

bool on_path(const char* program) {
  std::string list = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";
  std::istringstream in{list};
  for (std::string folder; std::getline(in, folder, ':');)
    if (access((folder + "/" + program).c_str(), X_OK) == 0)
      return true;
  return false;
}

/// Where `--install-peers` puts the npm packages.
std::string npm_folder() {
  if (auto x = std::getenv("XDG_CACHE_HOME"); x != nullptr && *x != '\0')
    return std::string{x} + "/troupe-bench";
  if (auto x = std::getenv("HOME"); x != nullptr && *x != '\0')
    return std::string{x} + "/.cache/troupe-bench";
  return ".troupe-bench";
}

/// Returns the program, in quotes, that runs a subject written in C++.
std::string program_for(const std::string& subject) {
  const auto own = std::filesystem::read_symlink("/proc/self/exe").string();
  return quoted(subject == "troupe" ? own + "_troupe" : own);
}

std::string command_for(const std::string& subject, const std::string& work) {
  std::string scripts = BENCH_PEERS_DIR;
  if (subject == "erlang")
    return "escript " + quoted(scripts + "/bench.escript") + " " + work;
  if (subject == "node")
    return "node " + quoted(scripts + "/node.mjs") + " " + work;
  if (subject == "piscina")
    return "node " + quoted(scripts + "/piscina.mjs") + " "
           + quoted(npm_folder()) + " " + work;
  return program_for(subject) + " --child " + subject + " " + work;
}

/// Returns what a shell command prints, without the line's end, or nothing if
/// it fails.
std::optional<std::string> output_of(const std::string& command) {
  auto pipe = popen(command.c_str(), "r");
  if (pipe == nullptr)
    return std::nullopt;
  std::string text;
  std::array<char, 4096> chunk;
  while (auto n = fread(chunk.data(), 1, chunk.size(), pipe))
    text.append(chunk.data(), n);
  if (pclose(pipe) != 0)
    return std::nullopt;
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

} // namespace

const std::vector<std::string>& peers() {
  static const std::vector<std::string> list{"caf", "erlang", "tbb", "node",
                                             "piscina"};
  return list;
}

std::optional<std::string> missing(const std::string& subject) {
  if (subject == "erlang" && !on_path("escript"))
    return "escript is not installed";
  if ((subject == "node" || subject == "piscina") && !on_path("node"))
    return "node is not installed";
  if (subject == "piscina"
      && !std::filesystem::exists(npm_folder() + "/node_modules/piscina"))
    return "its npm package is not installed";
#ifndef BENCH_HAS_TBB
  if (subject == "tbb")
    return "built without libtbb-dev";
#endif
  return std::nullopt;
}

std::optional<std::string> version(const std::string& subject) {
  if (missing(subject))
    return std::nullopt;
  if (subject == "troupe")
    return BENCH_TROUPE_VERSION;
  if (subject == "caf")
    return std::to_string(CAF_VERSION / 10'000) + "."
           + std::to_string(CAF_VERSION / 100 % 100) + "."
           + std::to_string(CAF_VERSION % 100);
  if (subject == "erlang")
    return output_of("erl -noshell -eval 'io:put_chars(erlang:system_info("
                     "otp_release)), halt().' 2>/dev/null");
#ifdef BENCH_HAS_TBB
  if (subject == "tbb")
    return std::to_string(TBB_VERSION_MAJOR) + "."
           + std::to_string(TBB_VERSION_MINOR);
#endif
  if (subject == "node")
    return output_of("node --version 2>/dev/null");
  if (subject == "piscina")
    return output_of("node -p \"JSON.parse(require('fs').readFileSync("
                     "process.argv[1] + '/node_modules/piscina/package.json'))"
                     ".version\" "
                     + quoted(npm_folder()) + " 2>/dev/null");
  return std::nullopt;
}

std::optional<outcome> run_in_process(const std::string& subject,
                                      const std::string& work) {
  auto text = output_of(limit + command_for(subject, work));
  if (!text)
    return std::nullopt;
  return from_lines(*text);
}

bool install_peers() {
  auto folder = quoted(npm_folder());
  std::string root = geteuid() == 0 ? "" : "sudo ";
  std::string apt = root + "env DEBIAN_FRONTEND=noninteractive apt-get ";
  std::string get = "install -y --no-install-recommends ";
  std::vector<std::string> commands;
  // Node may be there from somewhere else, and would be in the way of Debian's.
  std::string packages = "erlang-base libtbb-dev";
  if (!on_path("node"))
    packages += " nodejs";
  if (!on_path("npm"))
    packages += " npm";
  commands.push_back(apt + get + packages + " || (" + apt + "update && " + apt
                     + get + packages + ")");
  commands.push_back("mkdir -p " + folder);
  commands.push_back("npm install --no-fund --no-audit --prefix " + folder
                     + " piscina@5");
  for (auto& command : commands)
    if (std::system(("{ " + command + "; } >&2").c_str()) != 0) {
      std::fprintf(stderr, "bench: failed: %s\n", command.c_str());
      return false;
    }
  return true;
}

} // namespace bench
