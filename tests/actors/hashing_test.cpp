// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/hashing.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

std::string bytes_of(std::string_view hex) {
  std::string result;
  for (size_t i = 0; i < hex.size(); i += 2)
    result += static_cast<char>(
        std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  return result;
}

/// Leaves in the order in which trees grow, and the hashes of the trees with
/// the first 1, 2, ... of them, as the implementations of RFC 6962 test them.
constexpr std::string_view leaves[] = {"",
                                       "00",
                                       "10",
                                       "2021",
                                       "3031",
                                       "40414243",
                                       "5051525354555657",
                                       "606162636465666768696a6b6c6d6e6f"};
constexpr std::string_view roots[] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

/// Bytes that look random.
std::string noise(size_t size) {
  std::string result(size, '\0');
  uint64_t x = 1;
  for (auto& c : result) {
    x = x * 6364136223846793005 + 1442695040888963407;
    c = static_cast<char>(x >> 56);
  }
  return result;
}

std::vector<std::string_view> split(std::string_view bytes, size_t size) {
  std::vector<std::string_view> result;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size())))
    result.push_back(bytes.substr(0, size));
  return result;
}

} // namespace

TEST(KeyDerivation, FollowsTheVectorsOfRfc7914) {
  EXPECT_EQ(to_hex(derive_key({"passwd", "salt"}, 1, 64)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  EXPECT_EQ(to_hex(derive_key({"Password", "NaCl"}, 80'000, 64)),
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
            "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
}

TEST(KeyDerivation, IsWhatHmacGives) {
  for (uint32_t size : {1, 31, 32, 33, 64, 100})
    for (uint32_t iterations : {1, 2, 17})
      for (size_t length : {size_t{0}, size_t{5}, size_t{64}, size_t{200}}) {
        key_request x{noise(length), noise(length / 2)};
        EXPECT_EQ(derive_key(x, iterations, size),
                  derive_key_plainly(x, iterations, size));
      }
}

TEST(KeyBatch, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(describe(validate(key_batch{.requests = {}, .iterations = 0})),
            "iterations is 0, must be 1 to 10000000");
  EXPECT_EQ(describe(validate(key_batch{.requests = {}, .key_bytes = 2'000})),
            "key_bytes is 2000, must be 1 to 1024");
  EXPECT_EQ(describe(validate(leaf_block{.bytes = {}, .leaf_bytes = 0})),
            "leaf_bytes is 0, must be 1 to 16777216");
}

TEST(MerkleTree, HasTheKnownHashes) {
  EXPECT_EQ(to_hex(merkle_root(std::vector<std::string_view>{})),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  std::vector<std::string> contents;
  for (size_t i = 0; i < std::size(leaves); ++i) {
    contents.push_back(bytes_of(leaves[i]));
    std::vector<std::string_view> views{contents.begin(), contents.end()};
    EXPECT_EQ(to_hex(merkle_root(views)), roots[i]) << i + 1 << " leaves";
  }
}

TEST(MerkleTree, OfABlockIsThatOfItsLeaves) {
  auto bytes = noise(1'000);
  for (size_t size = 0; size <= bytes.size(); size += 7) {
    auto part = bytes.substr(0, size);
    EXPECT_EQ(merkle_root(leaf_block{part, 16}), merkle_root(split(part, 16)))
        << size;
  }
}

TEST(MerkleTree, IsTheSameInBlocksOfAnySize) {
  auto bytes = noise(3'001);
  for (size_t size : {0, 1, 10, 11, 159, 160, 161, 1'280, 3'001})
    for (size_t leaves_per_block : {1, 2, 16, 256}) {
      auto part = std::string_view{bytes}.substr(0, size);
      merkle_builder tree;
      for (auto block : split(part, 10 * leaves_per_block))
        tree.add(merkle_root(leaf_block{std::string{block}, 10}));
      EXPECT_EQ(tree.root(), merkle_root(split(part, 10)))
          << size << " bytes, " << leaves_per_block << " leaves in a block";
    }
}

} // namespace troupe
