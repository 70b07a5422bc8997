// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chart.hpp"
#include "machine.hpp"
#include "options.hpp"
#include "outcome_text.hpp"
#include "peers.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "work.hpp"
#include "works_buffers.hpp"

namespace bench {

namespace {

exit_code refuse(exit_code code, const std::string& text) {
  std::fprintf(stderr, "bench: %s\n", text.c_str());
  return code;
}

/// Does one run in this process.
[[noreturn]] void run_child(const options::child_run& x) {
  auto run = x.subject == "tbb" ? run_tbb(x.work)
                                : run_actors(x.work, x.subject == "troupe");
  std::fputs(to_lines(run).c_str(), stdout);
  std::fflush(stdout);
  // A run that was stopped leaves actors that would have to be waited for.
  std::_Exit(0);
}

/// A file to be written when all runs are over.
class output {
public:
  explicit output(const std::optional<std::string>& path)
      : path_(path.value_or("")) {
    // nop
  }

  /// Leaves what is in the file.
  bool writable() const {
    return path_.empty() || std::ofstream{path_, std::ios::app};
  }

  bool write(const std::string& text) const {
    if (path_.empty())
      return true;
    std::ofstream out{path_};
    out << text;
    out.close();
    return static_cast<bool>(out);
  }

  const std::string& path() const {
    return path_;
  }

private:
  std::string path_;
};

/// Runs all works of all subjects, these in turn.
exit_code measure(const options& opts, const std::vector<std::string>& subjects,
                  report& to) {
  auto result = exit_code::ok;
  auto runs = static_cast<size_t>(opts.runs);
  progress_line line{opts.works.size() * runs * subjects.size()};
  for (auto& work : opts.works)
    for (size_t run = 1; run <= runs; ++run)
      for (auto& subject : subjects) {
        line.next(work + ", run " + std::to_string(run) + " of "
                  + std::to_string(runs) + ", " + subject);
        if (auto x = run_in_process(subject, work)) {
          to.book(work, subject, *x);
          continue;
        }
        line.clear();
        result = refuse(exit_code::failed, work + " of " + subject + " failed");
      }
  return result;
}

exit_code run(const options& opts) {
  if (opts.install_peers && !install_peers())
    return refuse(exit_code::failed, "cannot install all peers");
  output json{opts.json};
  output plot{opts.plot};
  for (auto* x : {&json, &plot})
    if (!x->writable())
      return refuse(exit_code::output, "cannot write " + x->path());
  std::vector<std::string> subjects{"troupe"};
  for (auto& x : opts.peers) {
    if (auto why = missing(x))
      std::fprintf(
          stderr, "%s\n",
          ("bench: skipping " + x + ": " + *why + " (--install-peers gets it)")
              .c_str());
    else
      subjects.push_back(x);
  }
  auto where = machine();
  report all;
  auto result = measure(opts, subjects, all);
  std::fputs(to_text(all).c_str(), stdout);
  if (std::fflush(stdout) != 0)
    return refuse(exit_code::output, "cannot write to standard output");
  if (!json.write(to_json(all, where).dump(2) + "\n"))
    return refuse(exit_code::output, "cannot write " + json.path());
  if (!plot.write(to_svg(ratios(all))))
    return refuse(exit_code::output, "cannot write " + plot.path());
  return result;
}

int main(int argc, char** argv) {
  if (auto code = run_worker_process(argc, argv))
    return *code;
  auto parsed = parse_options(argc, argv);
  if (auto* exit = std::get_if<early_exit>(&parsed)) {
    if (exit->code != exit_code::ok)
      return static_cast<int>(
          refuse(exit->code, exit->text + " (--help lists all options)"));
    std::fputs(exit->text.c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(exit_code::output);
  }
  auto& opts = std::get<options>(parsed);
  if (opts.child)
    run_child(*opts.child);
  return static_cast<int>(run(opts));
}

} // namespace

} // namespace bench

int main(int argc, char** argv) {
  return bench::main(argc, argv);
}
