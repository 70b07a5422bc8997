// SPDX-License-Identifier: Apache-2.0

#include "link/ticket.hpp"

#include <set>

#include <gtest/gtest.h>

namespace troupe {

TEST(TicketMint, ComputesSipHash) {
  // The authors' own example for eight bytes, 0 to 7.
  ticket_mint mint{{0x0706050403020100, 0x0f0e0d0c0b0a0908}};
  EXPECT_EQ(mint.of(0x0706050403020100), 0x93f5f5799a932462u);
}

TEST(TicketMint, NoTwoHaveTheSameKey) {
  std::set<uint64_t> tickets;
  for (int i = 0; i < 100; ++i)
    tickets.insert(ticket_mint{}.of(1));
  EXPECT_EQ(tickets.size(), 100u);
}

} // namespace troupe
