// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "troupe/actors/hashing.hpp"
#include "troupe/base/errc.hpp"

#include "common/output_file.hpp"
#include "common/perform.hpp"
#include "common/read_file.hpp"
#include "common/refuse.hpp"
#include "works.hpp"

namespace hashing {

namespace {

using clock = std::chrono::steady_clock;

constexpr uint64_t max_input_bytes = uint64_t{1} << 30;

/// Iterations in one task: about a tenth of a second.
constexpr uint32_t task_iterations = 200'000;

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    auto length = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, length);
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    result.emplace_back(line);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return result;
}

} // namespace

exit_code derive_keys(app::workshop& shop, const key_options& opts,
                      outcome& result) {
  std::vector<std::string> passwords;
  if (opts.input) {
    auto text = app::read_file(*opts.input, max_input_bytes);
    if (!text)
      return refuse(exit_code::usage, troupe::describe(text.error()));
    passwords = lines(*text);
    if (passwords.empty())
      return refuse(exit_code::usage, *opts.input + ": holds no password");
  } else {
    for (size_t i = 0; i < opts.count; ++i)
      passwords.push_back(fmt::format("password-{}", i));
  }
  std::optional<app::output_file> file;
  if (auto code = app::open_named(opts.output, file); code != exit_code::ok)
    return code;
  auto start = clock::now();
  auto batch = std::clamp<size_t>(task_iterations / opts.iterations, 1, 1'000);
  auto make = [&](size_t task) {
    troupe::key_batch x{.requests = {},
                        .iterations = opts.iterations,
                        .key_bytes = opts.key_bytes};
    auto first = task * batch;
    auto last = std::min(first + batch, passwords.size());
    for (auto i = first; i < last; ++i)
      x.requests.push_back({passwords[i], fmt::format("{}{}", opts.salt, i)});
    return caf::make_message(std::move(x));
  };
  troupe::merkle_builder tree;
  std::string table = "number,key\n";
  auto take = [&](size_t, troupe::derived_keys x) {
    for (auto& key : x.keys) {
      if (file)
        table += fmt::format("{},{}\n", result.items, troupe::to_hex(key));
      tree.add(troupe::merkle_root({std::string_view{key}}));
      ++result.items;
    }
  };
  auto tell = [&](size_t) {
    shop.bar().show({.done = result.items,
                     .total = passwords.size(),
                     .elapsed = clock::now() - start});
  };
  auto tasks = (passwords.size() + batch - 1) / batch;
  auto code = app::perform<troupe::derived_keys>(
      shop, {.tasks = tasks, .make = make, .how = app::making::prompt}, take,
      tell);
  if (code != exit_code::ok)
    return code;
  shop.bar().clear();
  result.name = "keys";
  result.hash = tree.root();
  result.iterations = opts.iterations;
  for (auto& x : passwords)
    result.bytes += x.size();
  result.wall = clock::now() - start;
  if (file)
    if (auto problem = file->write(std::move(table)))
      return refuse(exit_code::output, troupe::describe(problem));
  return exit_code::ok;
}

} // namespace hashing
