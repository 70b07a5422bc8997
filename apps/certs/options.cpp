// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <string_view>

#include <CLI/CLI.hpp>

#include "troupe/base/errc.hpp"
#include "troupe/remote/node_options.hpp"

namespace certs {

namespace {

constexpr auto description =
    "Makes a small certificate authority and certificates for nodes, for "
    "trying out links\nunder mutual TLS. For a cluster that matters, use the "
    "authority of your organisation.";

constexpr auto footer = R"(
Writes into FOLDER:
  ca.pem, ca-key.pem       the authority; used again if it is there
  NAME.pem, NAME-key.pem   of each node, in place of earlier ones
Keys are not encrypted; only their owner can read them. Each node needs ca.pem
and its own two files; ca-key.pem stays here.

The last line of --json is one object:
  authority   file of the authority's certificate
  nodes       list of name, certificate, key

Exit codes:
  0  all was written
  1  OpenSSL failed, or the authority cannot be read
  2  wrong option or name
  4  a file cannot be written

Examples:
  certs ./certs left right
  certs ./certs left --days 7      renews the certificate of left)";

/// Returns what is wrong with a node's name, or nothing.
std::string check_name(const std::string& name) {
  troupe::node_options candidate;
  candidate.name = name;
  if (name.empty())
    return "a name is empty";
  if (auto problem = troupe::validate(candidate))
    return troupe::describe(problem);
  constexpr std::string_view suffix = "-key";
  if (name == "ca" || name.ends_with(suffix))
    return "the name " + name + " would get in the way of other files";
  return {};
}

} // namespace

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv) {
  options result;
  CLI::App line{description, "certs"};
  app::set_up_help(line, footer);
  line.add_option("FOLDER", result.folder, "Where the files go")->required();
  line.add_option("NAME", result.names, "Name of a node")->required();
  line.add_option("--days", result.days, "How long certificates are valid")
      ->type_name("DAYS")
      ->check(app::whole_number(1, 36'500))
      ->capture_default_str();
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  for (auto& name : result.names)
    if (auto problem = check_name(name); !problem.empty())
      return early_exit{exit_code::usage, std::move(problem)};
  return result;
}

} // namespace certs
