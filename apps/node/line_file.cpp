// SPDX-License-Identifier: Apache-2.0

#include "line_file.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace node_app {

line_file::line_file(int descriptor, line_style style)
    : descriptor_(descriptor), style_(style) {
  // nop
}

void line_file::say(const std::string& line) {
  std::lock_guard guard{mtx_};
  std::string text = torn_ ? "\n" : "";
  if (lost_ != 0)
    text += lost_line(lost_, why_, style_) + "\n";
  text += line + "\n";
  if (write_all(text)) {
    lost_ = 0;
    torn_ = false;
  } else {
    ++lost_;
  }
}

uint64_t line_file::lost() const {
  std::lock_guard guard{mtx_};
  return lost_;
}

bool line_file::write_all(const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    auto n = write(descriptor_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      why_ = std::strerror(errno);
      torn_ = torn_ || done != 0;
      return false;
    }
    done += static_cast<size_t>(n);
  }
  return true;
}

} // namespace node_app
