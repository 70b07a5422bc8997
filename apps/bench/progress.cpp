// SPDX-License-Identifier: Apache-2.0

#include "progress.hpp"

#include <cstdio>

#include <unistd.h>

namespace bench {

progress_line::progress_line(size_t total)
    : terminal_(isatty(STDERR_FILENO) != 0), total_(total) {
  // nop
}

progress_line::~progress_line() {
  clear();
}

void progress_line::next(const std::string& what) {
  ++started_;
  if (terminal_)
    std::fprintf(stderr, "\r%zu of %zu: %.60s\x1b[K", started_, total_,
                 what.c_str());
}

void progress_line::clear() {
  if (terminal_)
    std::fputs("\r\x1b[K", stderr);
}

} // namespace bench
