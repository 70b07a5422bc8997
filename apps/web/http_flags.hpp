// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "common/command_line.hpp"
#include "web/server_options.hpp"

namespace web {

/// Puts the options of an HTTP server on a command line: where it listens, and
/// what protects it.
class http_flags {
public:
  /// `name` is that of the option with the address, such as `--listen`. The
  /// others begin with `prefix`, such as `--http-`. Both this object and
  /// `result` must stay until `finish`.
  http_flags(CLI::App& line, const std::string& name, const std::string& prefix,
             server_options& result);

  /// To be called after the command line was read. Reads the token's file.
  /// @returns what is wrong, if anything.
  std::optional<app::early_exit> finish();

  /// As above, for a server that is only there if an address was given; then
  /// `to` gets its options.
  std::optional<app::early_exit> finish(std::optional<server_options>& to);

private:
  server_options& result_;
  std::string prefix_;
  CLI::Option* listen_;
  std::optional<std::string> certificate_;
  std::optional<std::string> key_;
  std::optional<std::string> token_file_;
};

} // namespace web
