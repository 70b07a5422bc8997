// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <cstdlib>

namespace wordcount {

namespace {

constexpr auto description =
    "Counts how often each word occurs in a file of any size. Workers count "
    "parts of it;\nwhat they find is merged in memory as far as the allowance "
    "goes, and through sorted\nfiles beyond.";

constexpr auto footer = R"(
A word is a longest part without white space (as in the C locale), of at most
1 MiB; capital and small letters are different. The file must be a regular one.

--memory holds for the words and the parts under way in this process; the
program itself takes about 40 MiB more, and each worker process as much.

--output is sorted by bytes, in the format of
  tr -s '[:space:]' '\n' < FILE | LC_ALL=C sort | uniq -c

The last line of --json is one object:
  bytes, words, distinct
              of the file
  top         list of word and count, the most frequent first
  spills      how often words went to a sorted file
  workers     that were ready at the end
  wall_s      seconds
  restarts    how often a worker was started again

Exit codes:
  0    done
  1    no worker was left, or the file shrank or has a longer word
  2    wrong option or input
  3    a port cannot be opened or a peer cannot be joined
  4    output or a temporary file cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  wordcount book.txt
  wordcount access.log --memory 64 --top 5 --output words.txt
  wordcount book.txt --isolation process --json | tail -n 1
  wordcount book.txt --join 127.0.0.1:4000    shares the work with that node)";

} // namespace

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  auto* directory = std::getenv("TMPDIR");
  result.temporary =
      directory != nullptr && *directory != '\0' ? directory : "/tmp";
  CLI::App line{description, "wordcount"};
  app::set_up_help(line, footer);
  line.add_option("FILE", result.file, "The file")->required();
  line.add_option("--memory", result.memory_mib, "Allowance in MiB")
      ->type_name("MIB")
      ->check(app::whole_number(4, 1 << 20))
      ->capture_default_str();
  line.add_option("--top", result.top, "Most frequent words that are shown")
      ->type_name("COUNT")
      ->check(app::whole_number(0, 10'000))
      ->capture_default_str();
  line.add_option("--output", result.output, "Write all words and counts")
      ->type_name("FILE");
  line.add_option("--temporary", result.temporary,
                  "Where sorted files go, by default $TMPDIR or /tmp")
      ->type_name("DIR");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  return result;
}

} // namespace wordcount
