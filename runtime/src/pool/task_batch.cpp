// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/task_batch.hpp"

#include <fmt/format.h>

#include "link/value_sink.hpp"
#include "link/value_source.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

caf::error task_batch::check(const std::type_info& wanted) const {
  if (count_ == 0 || type_ == wanted.name())
    return {};
  return make_error(errc::bad_payload,
                    fmt::format("a batch holds values of type {}, its receiver "
                                "takes {}",
                                type_, wanted.name()));
}

caf::error task_batch::encode(caf::execution_unit* context) {
  if (!values_)
    return {};
  value_sink sink{context, bytes_};
  if (auto err = write_(sink, *this))
    return err;
  values_ = nullptr;
  first_ = 0;
  return {};
}

caf::error task_batch::decode(caf::execution_unit* context,
                              const reader& read_one) const {
  value_source source{context, bytes_};
  for (uint64_t i = 0; i < count_; ++i) {
    // An element that takes no bytes would let a small batch declare any size.
    if (source.remaining() == 0)
      return make_error(
          errc::bad_payload,
          fmt::format("a batch of {} values ends after {}", count_, i));
    if (auto err = read_one(source))
      return make_error(errc::bad_payload,
                        fmt::format("value {} of a batch does not decode: {}",
                                    i, describe(err)));
  }
  if (source.remaining() != 0)
    return make_error(errc::bad_payload,
                      fmt::format("a batch has {} bytes behind its {} values",
                                  source.remaining(), count_));
  return {};
}

std::string to_string(const task_batch& x) {
  return fmt::format("task_batch({} values)", x.count_);
}

} // namespace troupe
