// SPDX-License-Identifier: Apache-2.0

#include "troupe/buffer/detail/segment.hpp"

#include <new>

#include "port/memory_file.hpp"

namespace troupe::detail {

segment::segment(segment_source source, std::byte* data, size_t bytes,
                 segment_file file) noexcept
    : source_(source), data_(data), bytes_(bytes), file_(file) {
  // nop
}

segment::~segment() {
  switch (source_) {
    case segment_source::heap:
      operator delete (data_, std::align_val_t{alignment});
      break;
    case segment_source::file:
      port::close_memory(file_.descriptor);
      [[fallthrough]];
    case segment_source::pages:
      port::unmap_memory(data_, bytes_);
      break;
  }
}

bool segment::seal() {
  if (source_ != segment_source::file)
    return false;
  std::lock_guard guard{sealing_};
  if (sealed_)
    return true;
  // Nobody can begin to write: only who has the segment alone makes a writer.
  if (writers_.load(std::memory_order_acquire) != 0)
    return false;
  if (!passed_.load(std::memory_order_relaxed)) {
    // Only this process can have a writable mapping, and its types forbid to
    // use it.
    sealed_ =
        port::seal_memory(file_.descriptor, port::memory_seal::new_writers);
    if (sealed_)
      make_read_only();
    return sealed_;
  }
  if (!read_only()) {
    // The system refuses the seal while a writable mapping exists. One step
    // replaces ours, so that others may go on reading.
    if (!port::remap_read_only(file_.descriptor, data_, bytes_, file_.offset))
      return false;
    make_read_only();
  }
  sealed_ = port::seal_memory(file_.descriptor, port::memory_seal::write);
  return sealed_;
}

} // namespace troupe::detail
