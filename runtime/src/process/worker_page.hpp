// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "caf/expected.hpp"

#include "port/file_descriptor.hpp"
#include "troupe/process/process_limits.hpp"

namespace troupe {

/// Memory that a worker process shares with the process that started it. It
/// outlives the worker, however that ends, and so tells what it was doing.
///
/// The worker may be out of its mind: what it has written is to be doubted.
struct worker_page {
  static constexpr uint64_t right_magic = 0x7472'6f75'7065'0001;
  static constexpr size_t max_cores = 1'024;

  /// Under which the worker finds it.
  static constexpr int descriptor = 3;

  // -- written before the worker is started -----------------------------------

  uint64_t magic = right_magic;
  int64_t parent_pid = 0;
  uint64_t threads = 1;
  uint64_t max_message_bytes = 0;
  int64_t join_timeout_ns = 0;

  /// Where to dial, what to show there, and what to be called; each ends with
  /// a zero.
  char address[128] = {};
  char token[64] = {};
  char name[64] = {};

  // -- written before its actor is started ------------------------------------

  /// Zero stands for no limit in these.
  uint64_t address_space_bytes = 0;
  int64_t cpu_time_ns = 0;
  uint64_t open_files = 0;
  int64_t niceness = 0;
  uint64_t core_count = 0;
  uint16_t cores[max_cores] = {};

  // -- written by the worker --------------------------------------------------

  /// Messages that the actor has handled.
  std::atomic<uint64_t> handled = 0;

  /// Number of the message that it has handled last.
  std::atomic<uint64_t> last_handled = 0;

  /// Number of the message in work, 0 if there is none.
  std::atomic<uint64_t> in_work = 0;

  /// What it begins with, see `first_type_text`; may be read half-written.
  char in_work_type[48] = {};

  /// Since when, by the monotonic clock.
  std::atomic<int64_t> in_work_since_ns = 0;
};

/// @relates worker_page
void put_limits(worker_page& page, const process_limits& x);

/// @relates worker_page
process_limits get_limits(const worker_page& page);

/// A mapped `worker_page`.
class shared_page {
public:
  /// Makes a new page.
  static caf::expected<std::shared_ptr<shared_page>> make();

  /// Maps the page that this process was given as descriptor `fd`.
  /// @returns null unless there is one.
  static std::shared_ptr<shared_page> open(int fd);

  shared_page(file_descriptor fd, worker_page* page) noexcept;

  ~shared_page();

  shared_page(const shared_page&) = delete;
  shared_page& operator=(const shared_page&) = delete;

  worker_page* operator->() const noexcept {
    return page_;
  }

  worker_page& operator*() const noexcept {
    return *page_;
  }

  int fd() const noexcept {
    return fd_.get();
  }

private:
  file_descriptor fd_;
  worker_page* page_;
};

} // namespace troupe
