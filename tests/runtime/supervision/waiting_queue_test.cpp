// SPDX-License-Identifier: Apache-2.0

#include "supervision/waiting_queue.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace troupe {

namespace {

waiting_queue::element element(int x) {
  return caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, x);
}

std::vector<waiting_queue::element> elements(std::vector<int> xs) {
  std::vector<waiting_queue::element> result;
  for (auto x : xs)
    result.push_back(element(x));
  return result;
}

std::vector<int> values(const waiting_queue::batch& xs) {
  std::vector<int> result;
  for (auto& x : xs)
    result.push_back(x->content().get_as<int>(0));
  return result;
}

using list = std::vector<int>;

TEST(WaitingQueue, KeepsTheOrderOfArrival) {
  waiting_queue x;
  for (int i : {1, 2, 3})
    x.push_back(element(i));
  EXPECT_EQ(x.size(), 3u);
  EXPECT_EQ(values(x.take()), (list{1, 2, 3}));
  EXPECT_TRUE(x.empty());
}

TEST(WaitingQueue, PutsWhatWasSalvagedBeforeWhatHasArrivedAlready) {
  waiting_queue x;
  x.push_back(element(3));
  x.put_salvaged(elements({1, 2}));
  EXPECT_EQ(values(x.take()), (list{1, 2, 3}));
}

TEST(WaitingQueue, PutsTheRestOfABatchBetweenSalvagedAndArrived) {
  for (auto rest_first : {true, false}) {
    waiting_queue x;
    for (int i : {1, 2, 3, 4})
      x.push_back(element(i));
    auto batch = x.take();
    // The incarnation got 1 and 2 and ended; 5 came meanwhile.
    batch.pop_front();
    batch.pop_front();
    x.push_back(element(5));
    if (rest_first)
      x.put_back(std::move(batch));
    x.put_salvaged(elements({1, 2}));
    if (!rest_first)
      x.put_back(std::move(batch));
    EXPECT_EQ(values(x.take()), (list{1, 2, 3, 4, 5}));
  }
}

TEST(WaitingQueue, IsFullAtItsLimit) {
  waiting_queue x;
  EXPECT_FALSE(x.is_full(2));
  x.push_back(element(1));
  EXPECT_FALSE(x.is_full(2));
  x.put_salvaged(elements({0}));
  EXPECT_TRUE(x.is_full(2));
  EXPECT_TRUE(waiting_queue{}.is_full(0));
}

TEST(WaitingQueue, WhatIsChargedCountsUntilItIsSettled) {
  waiting_queue x;
  x.push_back(element(1));
  x.push_back(element(2));
  x.charge(x.take().size());
  EXPECT_TRUE(x.is_full(2));
  EXPECT_FALSE(x.is_full(3));
  x.settle();
  EXPECT_FALSE(x.is_full(1));
}

} // namespace

} // namespace troupe
