// SPDX-License-Identifier: Apache-2.0

#include "peers.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <unistd.h>

namespace bench {

namespace {

/// No work takes longer; what does has hung.
constexpr auto limit = "timeout -k 5 300 ";

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

std::string own_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
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
  return quoted(own_program()) + " --child " + subject + " " + work;
}

} // namespace

const std::vector<std::string>& subjects() {
  static const std::vector<std::string> list{"troupe", "caf",  "erlang",
                                             "tbb",    "node", "piscina"};
  return list;
}

std::optional<std::string> missing(const std::string& subject) {
  if (subject == "erlang" && !on_path("escript"))
    return "escript is not installed";
  if ((subject == "node" || subject == "piscina") && !on_path("node"))
    return "node is not installed";
  if (subject == "piscina"
      && !std::filesystem::exists(npm_folder() + "/node_modules/piscina"))
    return "the npm package is not installed";
#ifndef BENCH_HAS_TBB
  if (subject == "tbb")
    return "built without libtbb-dev";
#endif
  return std::nullopt;
}

samples run_in_child(const std::string& subject, std::string_view work) {
  auto command = limit + command_for(subject, std::string{work});
  samples result;
  auto pipe = popen(command.c_str(), "r");
  if (pipe == nullptr)
    return result;
  std::string text;
  std::array<char, 4096> chunk;
  while (auto n = fread(chunk.data(), 1, chunk.size(), pipe))
    text.append(chunk.data(), n);
  if (pclose(pipe) != 0)
    return {};
  // Lines of the form: metric|unit|higher or lower|value
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields{line};
    std::string metric;
    std::string unit;
    std::string direction;
    double value = 0;
    if (std::getline(fields, metric, '|') && std::getline(fields, unit, '|')
        && std::getline(fields, direction, '|') && fields >> value)
      result.push_back({metric, unit,
                        direction == "higher" ? better::higher : better::lower,
                        value});
  }
  return result;
}

int install_peers() {
  auto folder = quoted(npm_folder());
  auto root = geteuid() == 0 ? std::string{} : std::string{"sudo "};
  for (auto& command :
       {root
            + "apt-get install -y --no-install-recommends erlang-base "
              "libtbb-dev "
              "nodejs npm",
        "mkdir -p " + folder, "npm install --prefix " + folder + " piscina@5"})
    if (auto status = std::system(command.c_str()); status != 0)
      return 1;
  return 0;
}

} // namespace bench
