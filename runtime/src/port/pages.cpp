// SPDX-License-Identifier: Apache-2.0

#include "port/pages.hpp"

#include <new>

#include <sys/mman.h>

namespace troupe::port {

void* map_pages(size_t bytes, page_use use) {
  // Twice as much holds an aligned piece; the ends go back.
  auto base = mmap(nullptr, 2 * bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED)
    throw std::bad_alloc{};
  auto begin = static_cast<char*>(base);
  auto aligned = reinterpret_cast<char*>(
      (reinterpret_cast<uintptr_t>(begin) + bytes - 1) & ~(bytes - 1));
  auto end = begin + 2 * bytes;
  if (aligned != begin)
    munmap(begin, static_cast<size_t>(aligned - begin));
  if (aligned + bytes != end)
    munmap(aligned + bytes, static_cast<size_t>(end - aligned - bytes));
  if (use == page_use::dense)
    madvise(aligned, bytes, MADV_HUGEPAGE);
  return aligned;
}

void unmap_pages(void* ptr, size_t bytes) noexcept {
  munmap(ptr, bytes);
}

} // namespace troupe::port
