// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/buffer_pool.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"

#include "troupe/base/errc.hpp"

#include "base/quantity.hpp"
#include "port/memory_file.hpp"

namespace troupe {

using detail::segment;
using detail::segment_ptr;
using detail::segment_source;

namespace {

/// Smaller ones come from the allocator, which has caches of its own.
constexpr size_t min_cached_bytes = size_t{64} << 10;

/// Rounds up to an eighth of the next power of two, so that memory of one size
/// serves for buffers that are a little smaller.
size_t size_class(size_t bytes) {
  auto step = std::max(std::bit_ceil(bytes) / 16, segment::alignment);
  if (bytes >= min_cached_bytes)
    step = std::max(step, port::page_bytes());
  return (std::max<size_t>(bytes, 1) + step - 1) / step * step;
}

} // namespace

class buffer_pool::impl : public std::enable_shared_from_this<impl> {
public:
  explicit impl(buffer_options x) : options(x) {
    // nop
  }

  std::unique_ptr<segment> take_cached(size_t bytes) {
    std::lock_guard guard{mtx_};
    auto i = cache_.find(bytes);
    if (i == cache_.end())
      return nullptr;
    auto result = std::move(i->second.back());
    i->second.pop_back();
    if (i->second.empty())
      cache_.erase(i);
    stats_.cached_bytes -= bytes;
    ++stats_.reuses;
    return result;
  }

  std::unique_ptr<segment> make(size_t bytes) {
    if (bytes < min_cached_bytes) {
      auto data = operator new (bytes, std::align_val_t{segment::alignment},
                                std::nothrow);
      return wrap(segment_source::heap, static_cast<std::byte*>(data), bytes);
    }
    if (bytes >= options.share_from_bytes)
      if (auto result = make_file(bytes))
        return result;
    return wrap(segment_source::pages, port::map_private_memory(bytes), bytes);
  }

  /// Hands `x` to whoever wants a buffer.
  segment_ptr share(std::unique_ptr<segment> x) {
    auto& file = x->file();
    auto give_back = [weak = weak_from_this()](segment* ptr) {
      std::unique_ptr<segment> done{ptr};
      if (auto self = weak.lock())
        self->put_back(std::move(done));
    };
    auto is_file = x->source() == segment_source::file;
    // What is given back was in use, even if the pointer cannot be made.
    {
      std::lock_guard guard{mtx_};
      stats_.used_bytes += x->bytes();
    }
    // Goes after the guard: the last reference comes back here.
    segment_ptr result{x.release(), std::move(give_back)};
    if (is_file) {
      std::lock_guard guard{mtx_};
      files_[{file.device, file.inode}] = result;
    }
    return result;
  }

  segment_ptr find(uint64_t device, uint64_t inode, uint64_t offset,
                   uint64_t bytes) const {
    // Goes after the guard: the last reference comes back here.
    segment_ptr found;
    std::lock_guard guard{mtx_};
    if (auto i = files_.find({device, inode}); i != files_.end())
      found = i->second.lock();
    if (!found || offset < found->file().offset
        || offset + bytes > found->file().offset + found->bytes())
      return nullptr;
    return found;
  }

  void count_file() {
    std::lock_guard guard{mtx_};
    ++stats_.shared;
  }

  void trim() {
    std::map<size_t, std::vector<std::unique_ptr<segment>>> gone;
    std::lock_guard guard{mtx_};
    for (auto& [bytes, xs] : cache_)
      for (auto& x : xs)
        forget(*x);
    cache_.swap(gone);
    stats_.cached_bytes = 0;
  }

  buffer_pool_stats stats() const {
    std::lock_guard guard{mtx_};
    return stats_;
  }

  const buffer_options options;

private:
  static std::unique_ptr<segment> wrap(segment_source source, std::byte* data,
                                       size_t bytes,
                                       detail::segment_file file = {}) {
    if (data == nullptr)
      return nullptr;
    return std::make_unique<segment>(source, data, bytes, file);
  }

  std::unique_ptr<segment> make_file(size_t bytes) {
    {
      std::lock_guard guard{mtx_};
      if (stats_.shared >= options.max_shared)
        return nullptr;
      ++stats_.shared;
    }
    auto fd = port::make_memory(bytes);
    auto info = fd >= 0 ? port::inspect_memory(fd) : std::nullopt;
    auto data = info
                    ? port::map_memory(fd, bytes, 0, port::memory_access::write)
                    : nullptr;
    if (data != nullptr)
      return wrap(segment_source::file, data, bytes,
                  {.descriptor = fd,
                   .device = info->device,
                   .inode = info->inode,
                   .file_bytes = bytes,
                   .offset = 0,
                   .maker = getpid()});
    if (fd >= 0)
      port::close_memory(fd);
    std::lock_guard guard{mtx_};
    --stats_.shared;
    return nullptr;
  }

  /// Nobody has `x` any more.
  void put_back(std::unique_ptr<segment> x) noexcept {
    std::unique_lock guard{mtx_};
    auto bytes = x->bytes();
    stats_.used_bytes -= bytes;
    auto keep = bytes >= min_cached_bytes && x->reusable()
                && stats_.cached_bytes + bytes <= options.cache_bytes;
    if (keep && put_into_cache(x)) {
      stats_.cached_bytes += bytes;
      return;
    }
    forget(*x);
    guard.unlock();
  }

  bool put_into_cache(std::unique_ptr<segment>& x) noexcept {
    try {
      std::vector<std::unique_ptr<segment>> first;
      first.reserve(1);
      auto i = cache_.try_emplace(x->bytes(), std::move(first)).first;
      // Leaves an empty list only if one could not be made longer.
      i->second.push_back(std::move(x));
      return true;
    } catch (std::bad_alloc&) {
      return false;
    }
  }

  void forget(const segment& x) {
    if (x.source() != segment_source::file)
      return;
    --stats_.shared;
    auto i = files_.find({x.file().device, x.file().inode});
    if (i != files_.end() && i->second.expired())
      files_.erase(i);
  }

  mutable std::mutex mtx_;
  buffer_pool_stats stats_;

  /// By their sizes; the one that was used last is at the end.
  std::map<size_t, std::vector<std::unique_ptr<segment>>> cache_;

  /// By device and inode.
  std::map<std::pair<uint64_t, uint64_t>, std::weak_ptr<segment>> files_;
};

buffer_pool::buffer_pool(buffer_options options)
    : impl_(std::make_shared<impl>(options)) {
  // nop
}

buffer_pool::~buffer_pool() {
  // nop
}

const buffer_options& buffer_pool::options() const noexcept {
  return impl_->options;
}

buffer_pool_stats buffer_pool::stats() const {
  return impl_->stats();
}

void buffer_pool::trim() {
  impl_->trim();
}

caf::expected<segment_ptr> buffer_pool::allocate(uint64_t bytes) {
  if (bytes > options().max_bytes)
    return make_error(errc::buffer_too_large,
                      fmt::format("a buffer of {} bytes, the limit is {}",
                                  bytes, format_bytes(options().max_bytes)));
  auto capacity = size_class(bytes);
  auto result = impl_->take_cached(capacity);
  if (!result)
    result = impl_->make(capacity);
  if (!result)
    return make_error(errc::no_buffer_memory,
                      fmt::format("no memory for a buffer of {} bytes: {}",
                                  bytes, std::strerror(ENOMEM)));
  return impl_->share(std::move(result));
}

segment_ptr buffer_pool::find(uint64_t device, uint64_t inode, uint64_t offset,
                              uint64_t bytes) const {
  return impl_->find(device, inode, offset, bytes);
}

segment_ptr buffer_pool::adopt(std::unique_ptr<segment> x) {
  impl_->count_file();
  return impl_->share(std::move(x));
}

buffer_pool* buffer_pool_of(const caf::actor_system& sys) {
  auto source = dynamic_cast<const buffer_source*>(&sys.config());
  return source != nullptr ? &source->buffers() : nullptr;
}

} // namespace troupe
