// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace troupe {

static_assert(std::endian::native == std::endian::little,
              "the wire is little-endian, and written as it is in memory");

/// Bytes on their way out. Whoever holds one keeps them alive.
struct slice {
  const char* data = nullptr;
  size_t size = 0;
  std::shared_ptr<const void> owner = nullptr;
};

/// Appends values to a string of bytes.
class byte_writer {
public:
  explicit byte_writer(std::string& out) : out_(out) {
    // nop
  }

  void bytes(const void* data, size_t size) {
    out_.append(static_cast<const char*>(data), size);
  }

  /// Writes a number or an enumerator as it is in memory.
  template <class T>
  void raw(T x) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    bytes(&x, sizeof(x));
  }

  /// Writes seven bits per byte, the low ones first, and a set high bit in all
  /// bytes but the last: LEB128.
  void varint(uint64_t x) {
    for (; x > 0x7f; x >>= 7)
      out_.push_back(static_cast<char>(x | 0x80));
    out_.push_back(static_cast<char>(x));
  }

  /// Writes the size and the bytes.
  void text(std::string_view x) {
    varint(x.size());
    bytes(x.data(), x.size());
  }

private:
  std::string& out_;
};

/// Reads what a `byte_writer` has written, from bytes that may be anything.
///
/// Never reads beyond the end: then all values are zero, all texts empty, and
/// `ok` is false from there on.
class byte_reader {
public:
  explicit byte_reader(std::string_view in) : in_(in) {
    // nop
  }

  bool ok() const noexcept {
    return ok_;
  }

  size_t remaining() const noexcept {
    return in_.size();
  }

  std::string_view bytes(uint64_t size) {
    if (size > in_.size())
      return fail();
    auto result = in_.substr(0, size);
    in_.remove_prefix(size);
    return result;
  }

  template <class T>
  T raw() {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    T result{};
    if (auto from = bytes(sizeof(T)); ok_)
      std::memcpy(&result, from.data(), sizeof(T));
    return result;
  }

  uint64_t varint() {
    uint64_t result = 0;
    for (int shift = 0; shift < 64 && !in_.empty(); shift += 7) {
      auto byte = static_cast<uint8_t>(in_.front());
      in_.remove_prefix(1);
      result |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        return result;
    }
    fail();
    return 0;
  }

  std::string_view text() {
    return bytes(varint());
  }

private:
  std::string_view fail() {
    ok_ = false;
    in_ = {};
    return {};
  }

  std::string_view in_;
  bool ok_ = true;
};

/// Reads bytes that lie in several places.
class segment_reader {
public:
  explicit segment_reader(std::vector<std::string_view> in)
      : in_(std::move(in)) {
    for (auto& x : in_)
      remaining_ += x.size();
  }

  size_t remaining() const noexcept {
    return remaining_;
  }

  /// Copies the next bytes, at most `size`, and leaves them where they are.
  /// @returns how many they are.
  size_t peek(char* to, size_t size) const {
    size_t result = 0;
    auto offset = offset_;
    for (auto i = next_; i < in_.size() && result < size; ++i) {
      auto n = std::min(in_[i].size() - offset, size - result);
      std::memcpy(to + result, in_[i].data() + offset, n);
      result += n;
      offset = 0;
    }
    return result;
  }

  /// @pre `size` is not more than what remains.
  void skip(size_t size) {
    remaining_ -= size;
    while (size > 0) {
      auto n = std::min(in_[next_].size() - offset_, size);
      offset_ += n;
      size -= n;
      if (offset_ == in_[next_].size()) {
        offset_ = 0;
        ++next_;
      }
    }
  }

  /// @pre `size` is not more than what remains.
  void copy(char* to, size_t size) {
    peek(to, size);
    skip(size);
  }

  /// Returns the next bytes in one piece, in `scratch` if they lie in several.
  /// @pre `size` is not more than what remains.
  std::string_view take(size_t size, std::string& scratch) {
    if (size == 0)
      return {};
    while (in_[next_].size() == offset_) {
      offset_ = 0;
      ++next_;
    }
    if (in_[next_].size() - offset_ >= size) {
      auto result = in_[next_].substr(offset_, size);
      skip(size);
      return result;
    }
    scratch.resize(size);
    copy(scratch.data(), size);
    return scratch;
  }

private:
  std::vector<std::string_view> in_;
  size_t next_ = 0;
  size_t offset_ = 0;
  size_t remaining_ = 0;
};

} // namespace troupe
