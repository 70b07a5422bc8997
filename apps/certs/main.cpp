// SPDX-License-Identifier: Apache-2.0

#include <exception>
#include <string>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/command_line.hpp"
#include "common/refuse.hpp"
#include "folder.hpp"
#include "options.hpp"

namespace certs {

namespace {

exit_code run(const options& opts) {
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
  return app::flush_stdout();
}

} // namespace

} // namespace certs

int main(int argc, char** argv) {
  using certs::exit_code;
  auto parsed = certs::parse_options(argc, argv);
  if (auto* exit = std::get_if<certs::early_exit>(&parsed))
    return app::leave(*exit);
  auto code = exit_code::ok;
  try {
    code = certs::run(std::get<certs::options>(parsed));
  } catch (const certs::file_error& x) {
    code = refuse(exit_code::output, x.what());
  } catch (const std::exception& x) {
    code = refuse(exit_code::failed, x.what());
  }
  return static_cast<int>(code);
}
