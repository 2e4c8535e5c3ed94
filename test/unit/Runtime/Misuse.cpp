// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every wrong call is refused with its message on both drivers; nothing is launched and nothing is written.
#include "MisuseTable.h"

#include <gtest/gtest.h>

using namespace attn::rt::cts;

namespace {

std::string prefixOf(const attn_entry_desc &entry) {
  std::string place = entry.location ? std::string(" at ") + entry.location : "";
  return std::string("entry '") + entry.name + "'" + place + ": ";
}

struct Case {
  const char *driver;
  const Misuse *row;
};

std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (const auto *table : {&shapeMisuses, &memoryMisuses, &valueMisuses})
    for (const Misuse &row : *table)
      for (const char *driver : {"cpu", "null"})
        cases.push_back({driver, &row});
  return cases;
}

class MisuseTest : public testing::TestWithParam<Case> {};

TEST_P(MisuseTest, IsRefused) {
  Fixture fixture(GetParam().driver);
  Call call = GetParam().row->make(fixture);
  GetParam().row->spoil(call);
  int64_t pointsBefore = attn_cts_points();
  EXPECT_EQ(call.run(), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), prefixOf(*attn_entry_describe(call.entry)) + GetParam().row->message);
  EXPECT_EQ(call.message().find("0x"), std::string::npos);
  EXPECT_TRUE(call.untouched());
  EXPECT_EQ(attn_cts_points(), pointsBefore);
  int64_t launches = 0;
  if (attn_context_launches(fixture.context, &launches) == ATTN_OK)
    EXPECT_EQ(launches, 0);
}

INSTANTIATE_TEST_SUITE_P(All, MisuseTest, testing::ValuesIn(allCases()), [](const auto &info) {
  return std::string(info.param.row->name) + "_" + info.param.driver;
});

TEST(MisuseTable, HoldsAHundredRows) {
  EXPECT_GE(shapeMisuses.size() + memoryMisuses.size() + valueMisuses.size(), 100u);
}

// The rows' starting points are valid calls: a row cannot pass because of something else.
TEST(MisuseTable, StartsFromValidCalls) {
  Fixture fixture("cpu");
  for (const auto *table : {&shapeMisuses, &memoryMisuses, &valueMisuses})
    for (const Misuse &row : *table) {
      Call call = row.make(fixture);
      EXPECT_EQ(call.run(), ATTN_OK) << row.name << ": " << call.message();
      EXPECT_TRUE(call.inputsUntouched());
    }
}

} // namespace
