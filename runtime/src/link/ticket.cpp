// SPDX-License-Identifier: Apache-2.0

#include "link/ticket.hpp"

#include <bit>
#include <random>

namespace troupe {

namespace {

struct sip_state {
  uint64_t v0, v1, v2, v3;

  void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void absorb(uint64_t block) noexcept {
    v3 ^= block;
    round();
    round();
    v0 ^= block;
  }
};

uint64_t random_word(std::random_device& source) {
  return std::uniform_int_distribution<uint64_t>{}(source);
}

} // namespace

ticket_mint::ticket_mint() {
  std::random_device source;
  key_ = {random_word(source), random_word(source)};
}

uint64_t ticket_mint::of(caf::actor_id id) const noexcept {
  sip_state x{key_[0] ^ 0x736f6d6570736575, key_[1] ^ 0x646f72616e646f6d,
              key_[0] ^ 0x6c7967656e657261, key_[1] ^ 0x7465646279746573};
  x.absorb(id);
  // The last block holds nothing but the number of bytes.
  x.absorb(uint64_t{sizeof(id)} << 56);
  x.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i)
    x.round();
  return x.v0 ^ x.v1 ^ x.v2 ^ x.v3;
}

} // namespace troupe
