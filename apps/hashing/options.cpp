// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

namespace hashing {

namespace {

constexpr auto description =
    "Derives keys from passwords (PBKDF2-HMAC-SHA256), or hashes a file as a "
    "Merkle tree\n(SHA-256, RFC 6962), on all workers.";

constexpr auto footer = R"(
keys: the salt of each password is --salt and the number of the password, from 0
on. --output is CSV: number,key in hexadecimal digits.

tree: the leaves are the bytes of the file in parts of --leaf, the last one may
be shorter. The file is read once, whatever its size, with few MB of memory.

The last line of --json is one object:
  work        keys or tree
  hash        keys: Merkle tree hash with a leaf for each key; tree: of the file
  items       keys, or leaves
  bytes       of all passwords, or of the file
  iterations  null for a tree
  workers     that were ready at the end
  wall_s      seconds
  restarts    how often a worker was started again

Exit codes:
  0    done
  1    no worker was left, or the file shrank meanwhile
  2    wrong option or input
  3    a port cannot be opened or a peer cannot be joined
  4    output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  hashing keys                            200 made-up passwords
  hashing keys --input passwords.txt --iterations 600000 --output keys.csv
  hashing tree disk.img
  hashing tree disk.img --isolation process --json | tail -n 1
  hashing keys --join 127.0.0.1:4000      shares the work with that node)";

} // namespace

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  key_options keys;
  tree_options tree;
  CLI::App line{description, "hashing"};
  app::set_up_help(line, footer);
  line.require_subcommand(1);
  // Options of all works may stand behind the work.
  line.fallthrough();
  auto* keys_line = line.add_subcommand("keys", "Derive keys from passwords");
  auto* tree_line = line.add_subcommand("tree", "Hash a file");
  for (auto* x : {keys_line, tree_line})
    x->get_formatter()->column_width(28);
  auto* count =
      keys_line->add_option("--count", keys.count, "How many made-up passwords")
          ->type_name("COUNT")
          ->check(app::whole_number(1, 10'000'000))
          ->capture_default_str();
  keys_line
      ->add_option("--iterations", keys.iterations, "Iterations for each key")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 10'000'000))
      ->capture_default_str();
  keys_line->add_option("--bytes", keys.key_bytes, "Bytes of each key")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 1'024))
      ->capture_default_str();
  keys_line->add_option("--salt", keys.salt, "Text in front of each salt")
      ->type_name("TEXT")
      ->capture_default_str();
  keys_line
      ->add_option("--input", keys.input,
                   "Read one password a line, - for standard input")
      ->type_name("FILE")
      ->excludes(count);
  keys_line->add_option("--output", keys.output, "Write the keys as CSV")
      ->type_name("FILE");
  tree_line->add_option("FILE", tree.file, "The file")->required();
  tree_line->add_option("--leaf", tree.leaf_bytes, "Bytes of each leaf")
      ->type_name("COUNT")
      ->check(app::whole_number(1, 16 << 20))
      ->capture_default_str();
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  if (tree_line->parsed())
    result.work = std::move(tree);
  else
    result.work = std::move(keys);
  return result;
}

} // namespace hashing
