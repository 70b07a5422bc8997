// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "troupe/actors/hashing.hpp"

#include "common/perform.hpp"
#include "common/refuse.hpp"
#include "common/regular_file.hpp"
#include "works.hpp"

namespace hashing {

namespace {

using clock = std::chrono::steady_clock;

/// Bytes of a task, unless a leaf is larger.
constexpr uint64_t task_bytes = uint64_t{1} << 20;

/// Returns the bytes of a block whose number of leaves is a power of two.
uint64_t block_bytes(uint32_t leaf_bytes) {
  uint64_t result = leaf_bytes;
  while (result * 2 <= task_bytes)
    result *= 2;
  return result;
}

exit_code hash_open_file(app::workshop& shop, const app::regular_file& file,
                         uint32_t leaf_bytes, outcome& result) {
  auto start = clock::now();
  auto block = block_bytes(leaf_bytes);
  auto make = [&](size_t task) {
    return caf::make_message(
        troupe::leaf_block{file.read(task * block, block), leaf_bytes});
  };
  troupe::merkle_builder tree;
  auto take = [&](size_t, std::string hash) { tree.add(std::move(hash)); };
  auto tasks = (file.size() + block - 1) / block;
  auto tell = [&](size_t done) {
    shop.bar().show(
        {.done = done, .total = tasks, .elapsed = clock::now() - start});
  };
  auto code = app::perform<std::string>(
      shop, {.tasks = tasks, .make = make, .window = 32}, take, tell);
  if (code != exit_code::ok)
    return code;
  shop.bar().clear();
  result.name = "tree";
  result.hash = tree.root();
  result.items = (file.size() + leaf_bytes - 1) / leaf_bytes;
  result.bytes = file.size();
  result.wall = clock::now() - start;
  return exit_code::ok;
}

} // namespace

exit_code hash_tree(app::workshop& shop, const tree_options& opts,
                    outcome& result) {
  std::optional<app::regular_file> file;
  try {
    file.emplace(opts.file);
  } catch (const std::exception& x) {
    return refuse(exit_code::usage, fmt::format("{}: {}", opts.file, x.what()));
  }
  return hash_open_file(shop, *file, opts.leaf_bytes, result);
}

} // namespace hashing
