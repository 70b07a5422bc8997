// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <exception>
#include <string>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "folder.hpp"
#include "options.hpp"

namespace certs {

namespace {

int refuse(exit_code code, const std::string& text) {
  fmt::print(stderr, "certs: {}\n", text);
  return static_cast<int>(code);
}

int run(const options& opts) {
  folder where{opts.folder, opts.days};
  fmt::print("{} authority {}\n", where.is_new() ? "made" : "used",
             where.authority_file().string());
  nlohmann::ordered_json report{{"authority", where.authority_file().string()},
                                {"nodes", nlohmann::ordered_json::array()}};
  for (auto& name : opts.names) {
    auto files = where.issue(name, opts.days);
    fmt::print("made {} and {}, valid for {} days\n",
               files.certificate.string(), files.key.string(), opts.days);
    report["nodes"].push_back({{"name", name},
                               {"certificate", files.certificate.string()},
                               {"key", files.key.string()}});
  }
  if (opts.json)
    fmt::print("{}\n", report.dump());
  if (std::fflush(stdout) != 0)
    return refuse(exit_code::cannot_write, "cannot write standard output");
  return static_cast<int>(exit_code::ok);
}

} // namespace

} // namespace certs

int main(int argc, char** argv) {
  auto parsed = certs::parse_options(argc, argv);
  if (auto stop = std::get_if<certs::early_exit>(&parsed)) {
    if (stop->code != certs::exit_code::ok)
      return certs::refuse(stop->code, stop->text);
    fmt::print("{}\n", stop->text);
    return 0;
  }
  try {
    return certs::run(std::get<certs::options>(parsed));
  } catch (const certs::file_error& x) {
    return certs::refuse(certs::exit_code::cannot_write, x.what());
  } catch (const std::exception& x) {
    return certs::refuse(certs::exit_code::failed, x.what());
  }
}
