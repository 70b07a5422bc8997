// SPDX-License-Identifier: Apache-2.0

#include "buffer/handed_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/quantity.hpp"
#include "port/file_descriptor.hpp"
#include "port/memory_file.hpp"

namespace troupe {

using detail::segment;
using detail::segment_part;
using detail::segment_ptr;
using detail::segment_source;

namespace {

bool worth_a_file(const segment_part& x) {
  return x.memory != nullptr && x.bytes >= min_handed_bytes
         && x.memory->source() == segment_source::file;
}

file_ticket ticket_for(const segment_part& x) {
  auto& file = x.memory->file();
  auto begin = static_cast<uint64_t>(x.data - x.memory->data());
  return {.descriptor = file.descriptor,
          .maker = file.maker,
          .device = file.device,
          .inode = file.inode,
          .file_bytes = file.file_bytes,
          .offset = file.offset + begin,
          .bytes = x.bytes};
}

caf::error refused(const char* why) {
  return make_error(errc::bad_payload,
                    fmt::format("a buffer's memory cannot be used: {}", why));
}

bool is_as_announced(const port::memory_file_info& found, const file_ticket& x,
                     handed_kind kind) {
  return found.device == x.device && found.inode == x.inode
         && found.bytes == x.file_bytes && found.fixed_size
         && found.sealed == (kind == handed_kind::frozen);
}

/// The part of the file that is mapped.
struct range {
  uint64_t begin = 0;
  uint64_t bytes = 0;
};

range range_for(const file_ticket& x) {
  if (x.maker == getpid())
    return {0, x.file_bytes};
  auto page = port::page_bytes();
  auto begin = x.offset / page * page;
  auto end = (x.offset + x.bytes + page - 1) / page * page;
  return {begin, end - begin};
}

segment_part part_of(segment_ptr memory, const file_ticket& x) {
  auto data = memory->data() + (x.offset - memory->file().offset);
  return {std::move(memory), data, x.bytes};
}

} // namespace

std::shared_ptr<const handed_file> hand_over(const segment_part& x,
                                             handed_kind kind,
                                             std::shared_ptr<const void> kept) {
  if (!worth_a_file(x) || (kind == handed_kind::frozen && !x.memory->seal()))
    return nullptr;
  x.memory->mark_passed();
  return std::make_shared<const handed_file>(
      handed_file{.ticket = ticket_for(x), .kept = std::move(kept)});
}

caf::expected<segment_part> redeem(buffer_pool& pool, const file_ticket& x,
                                   pid_t owner, handed_kind kind,
                                   size_t element_bytes) {
  if (x.bytes == 0 || x.offset > x.file_bytes
      || x.bytes > x.file_bytes - x.offset || x.offset % element_bytes != 0
      || x.bytes % element_bytes != 0)
    return refused("it is said to be outside of its file");
  if (x.bytes > pool.options().max_bytes)
    return make_error(errc::buffer_too_large,
                      fmt::format("a buffer of {} bytes, the limit is {}",
                                  x.bytes,
                                  format_bytes(pool.options().max_bytes)));
  auto access = kind == handed_kind::owned ? port::memory_access::write
                                           : port::memory_access::read;
  // Opened even if it is known here: the other process must have it.
  file_descriptor fd{
      port::open_memory(owner, static_cast<int>(x.descriptor), access)};
  auto found = fd ? port::inspect_memory(fd.get()) : std::nullopt;
  if (!found)
    return refused("there is no such file");
  if (!is_as_announced(*found, x, kind))
    return refused("its file is another one than announced");
  auto known = pool.find(x.device, x.inode, x.offset, x.bytes);
  if (known && (kind == handed_kind::frozen || !known->read_only()))
    return part_of(std::move(known), x);
  auto [begin, bytes] = range_for(x);
  auto data = port::map_memory(fd.get(), bytes, begin, access);
  if (data == nullptr)
    return make_error(errc::no_buffer_memory,
                      fmt::format("cannot map a buffer of {} bytes: {}",
                                  x.bytes, std::strerror(errno)));
  auto memory =
      std::make_unique<segment>(segment_source::file, data, bytes,
                                detail::segment_file{.descriptor = fd.release(),
                                                     .device = x.device,
                                                     .inode = x.inode,
                                                     .file_bytes = x.file_bytes,
                                                     .offset = begin,
                                                     .maker = x.maker});
  memory->mark_passed();
  if (kind == handed_kind::frozen)
    memory->make_read_only();
  return part_of(pool.adopt(std::move(memory)), x);
}

} // namespace troupe
