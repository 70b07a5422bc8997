// SPDX-License-Identifier: Apache-2.0

#include "port/memory_file.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

namespace troupe::port {

namespace {

constexpr int size_seals = F_SEAL_SHRINK | F_SEAL_GROW;

constexpr int write_seals = F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;

/// Room for `/proc/<pid>/fd/<number>`.
constexpr size_t path_bytes = 64;

std::byte* checked(void* x) noexcept {
  return x != MAP_FAILED ? static_cast<std::byte*>(x) : nullptr;
}

} // namespace

size_t page_bytes() noexcept {
  return static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

int make_memory(size_t bytes) noexcept {
  auto fd = memfd_create("troupe.buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return fd;
  if (ftruncate(fd, static_cast<off_t>(bytes)) == 0
      && fcntl(fd, F_ADD_SEALS, size_seals) == 0)
    return fd;
  auto error = errno;
  close(fd);
  errno = error;
  return -1;
}

int open_memory(pid_t owner, int descriptor, memory_access access) noexcept {
  char path[path_bytes];
  std::snprintf(path, sizeof(path), "/proc/%d/fd/%d", static_cast<int>(owner),
                descriptor);
  // Looked at first: to open a file of another kind could have effects.
  struct stat info {};
  struct statfs system {};
  if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)
      || statfs(path, &system) != 0 || system.f_type != TMPFS_MAGIC)
    return -1;
  auto mode = access == memory_access::read ? O_RDONLY : O_RDWR;
  return open(path, mode | O_CLOEXEC | O_NONBLOCK);
}

std::optional<memory_file_info> inspect_memory(int fd) noexcept {
  struct stat info {};
  auto seals = fcntl(fd, F_GET_SEALS);
  if (seals < 0 || fstat(fd, &info) != 0)
    return std::nullopt;
  return memory_file_info{.device = info.st_dev,
                          .inode = info.st_ino,
                          .bytes = static_cast<uint64_t>(info.st_size),
                          .fixed_size = (seals & size_seals) == size_seals,
                          .sealed = (seals & write_seals) != 0};
}

std::byte* map_memory(int fd, size_t bytes, uint64_t offset,
                      memory_access access) noexcept {
  auto protection =
      access == memory_access::read ? PROT_READ : PROT_READ | PROT_WRITE;
  return checked(mmap(nullptr, bytes, protection, MAP_SHARED, fd,
                      static_cast<off_t>(offset)));
}

std::byte* map_private_memory(size_t bytes) noexcept {
  auto result = checked(mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (result != nullptr)
    madvise(result, bytes, MADV_HUGEPAGE);
  return result;
}

bool remap_read_only(int fd, std::byte* data, size_t bytes,
                     uint64_t offset) noexcept {
  // A shared one would count as writable, whatever its protection is.
  return mmap(data, bytes, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd,
              static_cast<off_t>(offset))
         != MAP_FAILED;
}

bool seal_memory(int fd, memory_seal what) noexcept {
  auto seal = what == memory_seal::write ? F_SEAL_WRITE : F_SEAL_FUTURE_WRITE;
  if (fcntl(fd, F_ADD_SEALS, seal) == 0)
    return true;
  // Whoever may only read the file cannot seal it, but somebody else has.
  auto seals = fcntl(fd, F_GET_SEALS);
  return seals >= 0 && (seals & write_seals) != 0;
}

void unmap_memory(std::byte* data, size_t bytes) noexcept {
  munmap(data, bytes);
}

void close_memory(int fd) noexcept {
  close(fd);
}

bool may_be_opened_by(pid_t other) noexcept {
  char path[path_bytes];
  std::snprintf(path, sizeof(path), "/proc/%d", static_cast<int>(other));
  struct stat info {};
  return prctl(PR_GET_DUMPABLE) == 1 && stat(path, &info) == 0
         && info.st_uid == geteuid();
}

} // namespace troupe::port
