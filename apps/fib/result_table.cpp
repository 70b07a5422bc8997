// SPDX-License-Identifier: Apache-2.0

#include "result_table.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace fib_app {

app::output_file::source result_table(const ledger& books, node_names name_of) {
  std::vector<std::string> homes;
  for (auto& worker : books.workers())
    homes.push_back(name_of(worker));
  return [&books, homes = std::move(homes),
          row = size_t{0}](std::string& out) mutable {
    if (row == 0)
      out += "task,n,result,worker,node,ms\n";
    if (row == books.tasks().size())
      return false;
    auto task = row++;
    if (auto& answer = books.answers()[task]) {
      auto ms = static_cast<double>(answer->elapsed.count()) / 1e6;
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{:.3f}\n",
                     task + 1, books.tasks()[task], answer->value,
                     answer->worker + 1, homes[answer->worker], ms);
    }
    return true;
  };
}

} // namespace fib_app
