// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/hashing.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

namespace troupe {

namespace {

/// Tell leaves from inner nodes (RFC 6962, 2.1).
constexpr char leaf_mark = 0;
constexpr char node_mark = 1;

const unsigned char* raw(std::string_view x) {
  return reinterpret_cast<const unsigned char*>(x.data());
}

unsigned char* raw(std::string& x) {
  return reinterpret_cast<unsigned char*>(x.data());
}

/// OpenSSL fails only without memory or without SHA-256.
void require(int result) {
  if (result != 1)
    throw std::runtime_error("OpenSSL failed");
}

/// SHA-256 over parts, again and again.
class hasher {
public:
  hasher() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_)
      throw std::bad_alloc{};
    require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  }

  hasher& add(std::string_view x) {
    require(EVP_DigestUpdate(context_.get(), x.data(), x.size()));
    return *this;
  }

  std::string take() {
    std::string result(digest_bytes, '\0');
    require(EVP_DigestFinal_ex(context_.get(), raw(result), nullptr));
    require(EVP_DigestInit_ex(context_.get(), nullptr, nullptr));
    return result;
  }

  std::string leaf(std::string_view x) {
    return add({&leaf_mark, 1}).add(x).take();
  }

  std::string node(std::string_view left, std::string_view right) {
    return add({&node_mark, 1}).add(left).add(right).take();
  }

private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string hmac(std::string_view key, std::string_view text) {
  std::string result(digest_bytes, '\0');
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(text),
           text.size(), raw(result), nullptr)
      == nullptr)
    throw std::runtime_error("OpenSSL failed");
  return result;
}

std::string root_of(hasher& hash, const std::string_view* first, size_t count) {
  if (count == 0)
    return hash.take();
  if (count == 1)
    return hash.leaf(*first);
  size_t left = 1;
  while (left * 2 < count)
    left *= 2;
  auto a = root_of(hash, first, left);
  auto b = root_of(hash, first + left, count - left);
  return hash.node(a, b);
}

caf::error wrong(std::string text) {
  return caf::make_error(caf::sec::invalid_argument, std::move(text));
}

caf::error check(const char* field, uint64_t value, uint64_t last) {
  if (value >= 1 && value <= last)
    return caf::none;
  return wrong(std::string{field} + " is " + std::to_string(value)
               + ", must be 1 to " + std::to_string(last));
}

} // namespace

std::string derive_key(const key_request& x, uint32_t iterations,
                       uint32_t key_bytes) {
  std::string result(key_bytes, '\0');
  require(PKCS5_PBKDF2_HMAC(
      x.password.data(), static_cast<int>(x.password.size()), raw(x.salt),
      static_cast<int>(x.salt.size()), static_cast<int>(iterations),
      EVP_sha256(), static_cast<int>(key_bytes), raw(result)));
  return result;
}

std::string derive_key_plainly(const key_request& x, uint32_t iterations,
                               uint32_t key_bytes) {
  std::string result;
  for (uint32_t block = 1; result.size() < key_bytes; ++block) {
    auto text = x.salt;
    for (int shift = 24; shift >= 0; shift -= 8)
      text += static_cast<char>(block >> shift & 255);
    auto u = hmac(x.password, text);
    auto sum = u;
    for (uint32_t i = 1; i < iterations; ++i) {
      u = hmac(x.password, u);
      for (size_t k = 0; k < digest_bytes; ++k)
        sum[k] = static_cast<char>(sum[k] ^ u[k]);
    }
    result += sum;
  }
  result.resize(key_bytes);
  return result;
}

std::string sha256(std::string_view bytes) {
  return hasher{}.add(bytes).take();
}

std::string merkle_root(const std::vector<std::string_view>& leaves) {
  hasher hash;
  return root_of(hash, leaves.data(), leaves.size());
}

std::string merkle_root(const leaf_block& x) {
  hasher hash;
  std::string_view rest = x.bytes;
  if (rest.empty())
    return hash.take();
  std::vector<std::string> level;
  level.reserve(rest.size() / x.leaf_bytes + 1);
  while (!rest.empty()) {
    auto leaf = rest.substr(0, x.leaf_bytes);
    level.push_back(hash.leaf(leaf));
    rest.remove_prefix(leaf.size());
  }
  // Pairs from the left; one that is left over goes up as it is, which gives
  // the same tree as the recursion.
  while (level.size() > 1) {
    auto pairs = level.size() / 2;
    for (size_t i = 0; i < pairs; ++i)
      level[i] = hash.node(level[2 * i], level[2 * i + 1]);
    if (level.size() % 2 == 1)
      level[pairs++] = std::move(level.back());
    level.resize(pairs);
  }
  return std::move(level.front());
}

void merkle_builder::add(std::string subtree) {
  hasher hash;
  node last{std::move(subtree), 1};
  while (!nodes_.empty() && nodes_.back().size == last.size) {
    last = {hash.node(nodes_.back().hash, last.hash), last.size * 2};
    nodes_.pop_back();
  }
  nodes_.push_back(std::move(last));
}

std::string merkle_builder::root() const {
  if (nodes_.empty())
    return sha256({});
  hasher hash;
  auto result = nodes_.back().hash;
  for (auto i = nodes_.rbegin() + 1; i != nodes_.rend(); ++i)
    result = hash.node(i->hash, result);
  return result;
}

std::string to_hex(std::string_view bytes) {
  constexpr auto digits = "0123456789abcdef";
  std::string result;
  result.reserve(2 * bytes.size());
  for (auto c : bytes) {
    result += digits[static_cast<unsigned char>(c) >> 4];
    result += digits[static_cast<unsigned char>(c) & 15];
  }
  return result;
}

caf::error validate(const key_batch& x) {
  if (auto problem = check("iterations", x.iterations, 10'000'000))
    return problem;
  return check("key_bytes", x.key_bytes, 1'024);
}

caf::error validate(const leaf_block& x) {
  return check("leaf_bytes", x.leaf_bytes, uint64_t{16} << 20);
}

caf::behavior hash_worker(caf::event_based_actor*) {
  return {
      [](const key_batch& x) -> caf::result<derived_keys> {
        if (auto problem = validate(x))
          return problem;
        derived_keys result;
        for (auto& request : x.requests)
          result.keys.push_back(derive_key(request, x.iterations, x.key_bytes));
        return result;
      },
      [](const leaf_block& x) -> caf::result<std::string> {
        if (auto problem = validate(x))
          return problem;
        return merkle_root(x);
      },
  };
}

} // namespace troupe
