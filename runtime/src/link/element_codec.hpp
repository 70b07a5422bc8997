// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"
#include "caf/rtti_pair.hpp"
#include "caf/type_erased_tuple.hpp"
#include "caf/type_erased_value.hpp"

#include "link/bytes.hpp"
#include "link/ticket.hpp"

namespace troupe {

/// Texts and arrays from this size on are no part of a message's head. They
/// follow as a block, so that they are copied once on their way and large ones
/// can be cut into chunks.
constexpr size_t min_block_bytes = 4096;

/// How large buffers get to the other side.
enum class buffer_way : uint8_t {
  /// Copied.
  bytes = 1,
  /// Both sides are processes of one host and user, and open each other's
  /// files.
  files,
};

/// Where elements are written to.
struct packing {
  std::string& head;

  /// In the order in which they follow. A slice without owner is in the
  /// message.
  std::vector<slice>& blocks;

  wire_context* context;

  buffer_way buffers = buffer_way::bytes;
};

/// Room for a block that is to come.
struct gap {
  char* data;
  size_t size;
};

/// Where elements are read from.
struct unpacking {
  byte_reader head;

  /// What the blocks to come may have in sum.
  uint64_t block_bytes_left;

  wire_context* context;

  std::vector<gap> gaps = {};
};

/// Where elements come from whose blocks have come.
struct completion {
  wire_context* context;

  /// The process that has written them, if its files may be opened.
  std::optional<int64_t> files_of = {};
};

/// Writes bytes to the head, or announces them there and adds a block.
void save_bytes(packing& to, slice x);

/// Reads the size of what `save_bytes` has written.
/// @returns whether that much may be allocated.
bool load_size(unpacking& from, uint64_t& size);

/// Reads the bytes themselves, or has them come later.
void load_bytes(unpacking& from, char* to, uint64_t size);

/// How the elements of one type travel.
///
/// `load` allocates no more than what the head holds and the blocks are
/// announced to have.
class element_codec {
public:
  virtual ~element_codec() = default;

  virtual caf::error save(packing& to, const caf::type_erased_tuple& xs,
                          size_t index) const = 0;

  /// Reads an element whose blocks may still be missing.
  /// @returns null if the bytes do not decode.
  virtual caf::type_erased_value_ptr load(unpacking& from) const = 0;

  /// Completes an element of `load` once its blocks have come.
  virtual caf::error finish(caf::type_erased_value_ptr&,
                            const completion&) const {
    return {};
  }

  /// Reads a message of nothing but an element of this type.
  /// @returns an empty message if the bytes do not decode.
  virtual caf::message load_message(unpacking& from) const;
};

using element_codec_ptr = std::shared_ptr<const element_codec>;

/// Type and codec of elements that travel as they are in memory.
struct native_codec {
  caf::rtti_pair type;
  element_codec_ptr codec;
};

/// Returns the codecs of numbers, atoms, texts and vectors of numbers.
const std::vector<native_codec>& native_codecs();

/// Returns the codec of errors: code, category, and the context as text.
element_codec_ptr make_error_codec();

/// Returns a codec of elements that CAF inspects.
/// @param prototype Any value of the type.
element_codec_ptr make_generic_codec(caf::type_erased_value_ptr prototype);

/// Writes an error as an element of a message; its text is cut after 4,000
/// bytes.
void save_error(byte_writer& to, const caf::error& x);

/// Inverse of `save_error`; `from.ok()` tells whether it has succeeded.
caf::error load_error(byte_reader& from);

} // namespace troupe
