// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "caf/error.hpp"

#include "troupe/config.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/remote/node_options.hpp"

#include "common/command_line.hpp"

namespace app {

/// Who works for a program, as its command line says.
struct crew_options {
  /// Workers of this process; 0 leaves all work to other nodes.
  size_t workers = 1;

  troupe::isolation isolation = troupe::isolation::pooled;
  std::optional<std::string> listen = {};
  std::vector<std::string> join = {};
  std::optional<std::string> name = {};
  bool insecure = false;
  std::optional<std::string> config_file = {};
};

/// Puts `--workers`, `--isolation`, `--join` and the other options of a crew on
/// a command line.
class crew_flags {
public:
  /// `result` keeps its values as defaults; both must outlive this object.
  crew_flags(CLI::App& line, crew_options& result);

  /// To be called after the command line was read.
  /// @returns what is wrong, if anything.
  std::optional<early_exit> finish();

private:
  crew_options& result_;
  std::string level_ = "pooled";
  CLI::Option* workers_;
};

/// Puts the command line on top of what file and environment say, for a process
/// that offers `offered` workers to other nodes.
caf::error configure(troupe::config& to, const crew_options& from,
                     size_t offered);

/// Returns the problem that `configure` found as text, with a hint at the
/// option that helps.
std::string advice(const caf::error& problem);

/// Returns whether other nodes may take part, wherever that was said.
bool is_networked(const troupe::node_options& x);

/// Returns why there would be nobody to work, if so.
std::optional<std::string> nobody(const crew_options& x,
                                  const troupe::node_options& node);

/// Returns who works, such as `2 workers (pooled) on 2 cores`.
std::string headcount(const crew_options& x);

} // namespace app
