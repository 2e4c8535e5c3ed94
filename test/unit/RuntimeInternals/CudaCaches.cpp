// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the cuda driver keeps between calls: never another operand's map, never an address that was not added.
#include "runtime/drivers/cuda/KnownMemory.h"
#include "runtime/drivers/cuda/RecentMaps.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

using namespace attn::rt::cuda;

namespace {

TensorMap mapOf(uint64_t value) {
  TensorMap map = {};
  map.opaque[0] = value;
  return map;
}

/// Many more operands than there is room for, which differ in one thing each.
TEST(CudaCaches, AMapIsItsOperands) {
  auto maps = std::make_unique<RecentMaps>();
  int64_t found = 0;
  for (int round = 0; round < 2; ++round)
    for (int64_t number = 0; number < 8; ++number)
      for (int64_t address = 0; address < 16; ++address)
        for (int64_t size = 1; size < 9; ++size) {
          int64_t words[] = {4096 + 16 * address, size, 1};
          RecentMaps::Operand operand = {number, words, sizeof words};
          uint64_t value = uint64_t(number << 20 | address << 10 | size);
          if (const TensorMap *map = maps->find(operand)) {
            ASSERT_EQ(map->opaque[0], value);
            ++found;
          } else {
            maps->add(operand, mapOf(value));
            ASSERT_NE(maps->find(operand), nullptr);
            ASSERT_EQ(maps->find(operand)->opaque[0], value);
          }
        }
  EXPECT_LT(found, 1024);
}

TEST(CudaCaches, OperandsTooLargeAreNotKept) {
  RecentMaps maps;
  int64_t words[19] = {4096};
  maps.add({0, words, sizeof words}, mapOf(1));
  EXPECT_EQ(maps.find({0, words, sizeof words}), nullptr);
}

TEST(CudaCaches, WhatWasAddedIsKnownUntilForgotten) {
  KnownMemory memory;
  for (uintptr_t address = 4096; address < (1 << 20); address += 4096) {
    EXPECT_FALSE(memory.has(address));
    memory.add(address);
    EXPECT_TRUE(memory.has(address));
  }
  EXPECT_FALSE(memory.has(1 << 20));
  memory.forget();
  for (uintptr_t address = 4096; address < (1 << 20); address += 4096)
    EXPECT_FALSE(memory.has(address));
}

TEST(CudaCaches, ManyThreadsKnowOnlyWhatWasAdded) {
  KnownMemory memory;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (uintptr_t i = 1; i < 20000; ++i) {
        memory.add(i % 512 * 32 + 16);
        wrong += memory.has(i % 512 * 32 + 32);
        if (thread == 0 && i % 1000 == 0)
          memory.forget();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

} // namespace
