// SPDX-License-Identifier: Apache-2.0

#include "process/worker_page.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

worker_page* map(int fd) {
  auto memory = mmap(nullptr, sizeof(worker_page), PROT_READ | PROT_WRITE,
                     MAP_SHARED, fd, 0);
  return memory != MAP_FAILED ? static_cast<worker_page*>(memory) : nullptr;
}

caf::error failure(const char* what) {
  return make_error(errc::cannot_start_process,
                    std::string{"cannot make a page for a worker process, "}
                        + what + ": " + std::strerror(errno));
}

} // namespace

void put_limits(worker_page& page, const process_limits& x) {
  page.address_space_bytes = x.address_space_bytes.value_or(0);
  page.cpu_time_ns = x.cpu_time.value_or(caf::timespan{0}).count();
  page.open_files = x.open_files.value_or(0);
  page.niceness = x.niceness;
  page.core_count = std::min(x.cores.size(), worker_page::max_cores);
  std::copy_n(x.cores.begin(), page.core_count, page.cores);
}

process_limits get_limits(const worker_page& page) {
  process_limits result;
  if (page.address_space_bytes > 0)
    result.address_space_bytes = page.address_space_bytes;
  if (page.cpu_time_ns > 0)
    result.cpu_time = caf::timespan{page.cpu_time_ns};
  if (page.open_files > 0)
    result.open_files = page.open_files;
  result.niceness = static_cast<int>(page.niceness);
  auto count = std::min<size_t>(page.core_count, worker_page::max_cores);
  result.cores.assign(page.cores, page.cores + count);
  return result;
}

caf::expected<std::shared_ptr<shared_page>> shared_page::make() {
  file_descriptor fd{
      memfd_create("troupe.worker", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  if (!fd)
    return failure("memfd_create");
  if (ftruncate(fd.get(), sizeof(worker_page)) != 0)
    return failure("ftruncate");
  // A worker that made it smaller would kill us.
  if (fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
      != 0)
    return failure("F_ADD_SEALS");
  auto page = map(fd.get());
  if (page == nullptr)
    return failure("mmap");
  new (page) worker_page;
  return std::make_shared<shared_page>(std::move(fd), page);
}

std::shared_ptr<shared_page> shared_page::open(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0
      || info.st_size != static_cast<off_t>(sizeof(worker_page)))
    return nullptr;
  auto page = map(fd);
  if (page == nullptr)
    return nullptr;
  auto result = std::make_shared<shared_page>(file_descriptor{fd}, page);
  return page->magic == worker_page::right_magic ? result : nullptr;
}

shared_page::shared_page(file_descriptor fd, worker_page* page) noexcept
    : fd_(std::move(fd)), page_(page) {
  // nop
}

shared_page::~shared_page() {
  munmap(page_, sizeof(worker_page));
}

} // namespace troupe
