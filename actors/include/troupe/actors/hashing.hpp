// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/actors/type_ids.hpp"

namespace troupe {

/// Bytes of a SHA-256 digest.
inline constexpr size_t digest_bytes = 32;

/// A key to derive.
struct key_request {
  std::string password;
  std::string salt;
};

/// Keys to derive in one go.
struct key_batch {
  std::vector<key_request> requests;

  /// 1 to 10,000,000.
  uint32_t iterations = 600'000;

  /// 1 to 1,024.
  uint32_t key_bytes = digest_bytes;
};

/// Keys in the order of their requests.
struct derived_keys {
  std::vector<std::string> keys;
};

/// Part of the leaves of a Merkle tree.
struct leaf_block {
  /// The leaves without a gap; the last one may be shorter.
  std::string bytes;

  /// 1 to 16 MiB.
  uint32_t leaf_bytes = 1'024;
};

/// Returns PBKDF2-HMAC-SHA256 (RFC 8018) as OpenSSL computes it.
std::string derive_key(const key_request& x, uint32_t iterations,
                       uint32_t key_bytes);

/// Returns the same from HMAC alone, written down as in the RFC, to verify
/// `derive_key`.
std::string derive_key_plainly(const key_request& x, uint32_t iterations,
                               uint32_t key_bytes);

/// Returns the SHA-256 digest.
std::string sha256(std::string_view bytes);

/// Returns the Merkle tree hash of RFC 6962 over leaves, to verify what is
/// computed in parallel: a recursion as the RFC defines it.
std::string merkle_root(const std::vector<std::string_view>& leaves);

/// Returns the hash over the leaves of a block, without recursion.
std::string merkle_root(const leaf_block& x);

/// Puts together a Merkle tree from the hashes of its subtrees, from left to
/// right: all of one size, which is a power of two, except that the last one
/// may be smaller.
class merkle_builder {
public:
  void add(std::string subtree);

  /// Returns the hash of the whole tree, that of nothing without subtrees.
  std::string root() const;

private:
  struct node {
    std::string hash;

    /// In subtrees.
    uint64_t size;
  };

  /// Complete trees, each one smaller than the one before it.
  std::vector<node> nodes_;
};

/// Returns bytes as hexadecimal digits.
std::string to_hex(std::string_view bytes);

/// Returns what is wrong with a task, `sec::invalid_argument` with one line.
caf::error validate(const key_batch& x);
caf::error validate(const leaf_block& x);

/// Derives keys and hashes leaves.
///
/// | accepts      | replies                                                  |
/// |--------------|----------------------------------------------------------|
/// | `key_batch`  | `derived_keys`, or `sec::invalid_argument`               |
/// | `leaf_block` | `std::string` hash of the subtree, or the same           |
caf::behavior hash_worker(caf::event_based_actor* self);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, key_request& x) {
  return f(caf::meta::type_name("troupe::key_request"), x.password, x.salt);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, key_batch& x) {
  return f(caf::meta::type_name("troupe::key_batch"), x.requests, x.iterations,
           x.key_bytes);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, derived_keys& x) {
  return f(caf::meta::type_name("troupe::derived_keys"), x.keys);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, leaf_block& x) {
  return f(caf::meta::type_name("troupe::leaf_block"), x.bytes, x.leaf_bytes);
}

} // namespace troupe
