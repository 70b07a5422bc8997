// SPDX-License-Identifier: Apache-2.0

#include "work.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "troupe/actors/wordcount.hpp"
#include "troupe/base/errc.hpp"

#include "block_reader.hpp"
#include "common/output_file.hpp"
#include "common/perform.hpp"
#include "common/refuse.hpp"
#include "word_store.hpp"

namespace wordcount {

namespace {

using clock = std::chrono::steady_clock;

/// Parts of the file under way at once.
constexpr size_t window = 16;

/// Text, what a worker finds in it, and both once more while they are handed
/// over.
constexpr uint64_t copies = 4;

constexpr uint64_t max_block_bytes = uint64_t{1} << 20;

/// Keeps the most frequent words.
class best_words {
public:
  explicit best_words(size_t limit) : limit_(limit) {
    // nop
  }

  void offer(std::string_view word, uint64_t count) {
    if (limit_ == 0 || (kept_.size() == limit_ && count <= kept_.back().second))
      return;
    // Words come in order: behind those with the same count.
    auto at = std::upper_bound(kept_.begin(), kept_.end(), count,
                               [](auto n, auto& x) { return n > x.second; });
    kept_.emplace(at, word, count);
    if (kept_.size() > limit_)
      kept_.pop_back();
  }

  auto take() {
    return std::move(kept_);
  }

private:
  size_t limit_;
  std::vector<std::pair<std::string, uint64_t>> kept_;
};

/// Looks at all words, and writes them if that was asked for.
exit_code list(word_store& words, std::optional<app::output_file>& file,
               const options& opts, outcome& result) {
  best_words top{opts.top};
  words.rewind();
  auto next = [&] {
    if (!words.next())
      return false;
    ++result.distinct;
    result.words += words.count();
    top.offer(words.word(), words.count());
    return true;
  };
  if (file) {
    auto problem = file->write([&](std::string& text) {
      if (!next())
        return false;
      text += fmt::format("{:7} {}\n", words.count(), words.word());
      return true;
    });
    if (problem)
      return refuse(exit_code::output, troupe::describe(problem));
  } else {
    while (next()) {
      // All is done in there.
    }
  }
  result.top = top.take();
  result.spills = words.spills();
  return exit_code::ok;
}

} // namespace

exit_code count(app::workshop& shop, const app::regular_file& file,
                const options& opts, outcome& result) {
  std::optional<app::output_file> output;
  if (auto code = app::open_named(opts.output, output); code != exit_code::ok)
    return code;
  auto start = clock::now();
  auto memory = opts.memory_mib << 20;
  block_reader reader{file, std::clamp(memory / 4 / window / copies,
                                       uint64_t{16'384}, max_block_bytes)};
  word_store words{memory / 2, opts.temporary};
  auto make = [&](size_t block) {
    return caf::make_message(troupe::text_block{reader.read(block)});
  };
  auto take = [&](size_t, const troupe::word_run& x) { words.add(x); };
  auto tell = [&](size_t done) {
    shop.bar().show({.done = done,
                     .total = reader.blocks(),
                     .elapsed = clock::now() - start});
  };
  try {
    auto code = app::perform<troupe::word_run>(
        shop, {.tasks = reader.blocks(), .make = make, .window = window}, take,
        tell);
    if (code != exit_code::ok)
      return code;
    shop.bar().clear();
    result.bytes = file.size();
    code = list(words, output, opts, result);
    result.wall = clock::now() - start;
    return code;
  } catch (const std::system_error& x) {
    shop.bar().clear();
    return refuse(exit_code::output, x.what());
  }
}

} // namespace wordcount
