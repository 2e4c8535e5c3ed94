// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Null, closed and foreign contexts, libraries and entries; places for results that are null.
#include "runtime/cts/Call.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

using namespace attn::rt::cts;

namespace {

constexpr const char *kNoContext = "expects a live context, but got one that is null, destroyed or foreign";
constexpr const char *kNoEntry = "expects an entry of an open library, but got one that is null, closed or foreign";
constexpr const char *kNoLibrary = "expects an open library, but got one that is null, closed or foreign";

void expectRefused(attn_status status, const attn_context *context, const std::string &message) {
  EXPECT_EQ(status, ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(attn_last_message(context), message);
}

TEST(Handles, ContextNeedsADriver) {
  attn_context *context = nullptr;
  expectRefused(attn_context_create(nullptr, &context), nullptr, "expects a driver name, but got null");
  expectRefused(attn_context_create("gpu", &context), nullptr, 
                "expects driver 'cpu', 'cuda', 'cuda:N' or 'null', but got 'gpu'");
  expectRefused(attn_context_create("cpu", nullptr), nullptr, "expects a place for the context, but got null");
  EXPECT_EQ(context, nullptr);
}

TEST(Handles, ContextRefusesBadThreadCounts) {
  for (const char *text : {"0", "-1", "1025", "two", "2x", "99999999999999999999"}) {
    setenv("ATTN_NUM_THREADS", text, 1);
    attn_context *context = nullptr;
    expectRefused(attn_context_create("cpu", &context), nullptr,
                  std::string("expects ATTN_NUM_THREADS to be an integer from 1 to 1024, but got '") + text + "'");
    EXPECT_EQ(context, nullptr);
  }
  unsetenv("ATTN_NUM_THREADS");
  Fixture fixture("cpu");
  expectRefused(attn_context_set_threads(fixture.context, 0), fixture.context,
                "expects from 1 to 1024 threads, but got 0");
  expectRefused(attn_context_set_threads(fixture.context, 1025), fixture.context,
                "expects from 1 to 1024 threads, but got 1025");
  expectRefused(attn_context_set_threads(nullptr, 2), nullptr, kNoContext);
}

TEST(Handles, PoolNeedsARunFunction) {
  Fixture fixture("cpu");
  attn_host_pool pool = {nullptr, 2, nullptr};
  expectRefused(attn_context_set_pool(fixture.context, &pool), fixture.context,
                "expects a pool with a run function, but its run is null");
  pool = {nullptr, 0, [](void *, int64_t, void (*)(void *, int64_t), void *) {}};
  expectRefused(attn_context_set_pool(fixture.context, &pool), fixture.context,
                "expects a pool of 1 to 1024 threads, but got 0");
}

TEST(Handles, DestroyedContextIsRefusedEverywhere) {
  Fixture fixture("cpu");
  Call call = attendCall(fixture);
  attn_context *gone = nullptr;
  ASSERT_EQ(attn_context_create("cpu", &gone), ATTN_OK);
  ASSERT_EQ(attn_context_destroy(gone), ATTN_OK);
  expectRefused(attn_context_destroy(gone), gone, "expects a live context, but got one that is destroyed or foreign");
  call.context = gone;
  expectRefused(call.run(), gone, kNoContext);
  EXPECT_TRUE(call.untouched());
  attn_library *library = nullptr;
  expectRefused(attn_library_open_manifest(gone, &attn_manifest_v1, &library), gone, kNoContext);
  expectRefused(attn_library_open(gone, "x.so", &library), gone, kNoContext);
  int64_t count = 0;
  expectRefused(attn_context_launches(gone, &count), gone, kNoContext);
  EXPECT_EQ(attn_context_destroy(nullptr), ATTN_OK);
}

TEST(Handles, NullContextIsRefused) {
  Fixture fixture("cpu");
  Call call = attendCall(fixture);
  call.context = nullptr;
  expectRefused(call.run(), nullptr, kNoContext);
  EXPECT_TRUE(call.untouched());
  size_t bytes = 7;
  expectRefused(attn_workspace_size(nullptr, call.entry, call.argPointers.data(), 5, &bytes), nullptr, kNoContext);
  EXPECT_EQ(bytes, 7u);
}

TEST(Handles, ForeignPointersAreRefused) {
  Fixture fixture("cpu");
  Call call = attendCall(fixture);
  char foreign[256] = {};
  call.context = reinterpret_cast<attn_context *>(foreign);
  EXPECT_EQ(call.run(), ATTN_INVALID_ARGUMENT);
  call.context = fixture.context;
  call.entry = reinterpret_cast<attn_entry *>(foreign);
  expectRefused(call.run(), fixture.context, kNoEntry);
  call.entry = reinterpret_cast<attn_entry *>(fixture.library);
  expectRefused(call.run(), fixture.context, kNoEntry);
  call.entry = nullptr;
  expectRefused(call.run(), fixture.context, kNoEntry);
  call.entry = reinterpret_cast<attn_entry *>(fixture.context);
  expectRefused(call.run(), fixture.context, kNoEntry);
  EXPECT_EQ(attn_library_manifest(reinterpret_cast<attn_library *>(foreign)), nullptr);
  EXPECT_EQ(attn_entry_describe(reinterpret_cast<attn_entry *>(foreign)), nullptr);
  EXPECT_EQ(attn_library_close(reinterpret_cast<attn_library *>(foreign)), ATTN_INVALID_ARGUMENT);
  EXPECT_TRUE(call.untouched());
}

TEST(Handles, ClosedLibraryIsRefused) {
  Fixture fixture("cpu");
  attn_library *library = nullptr;
  ASSERT_EQ(attn_library_open_manifest(fixture.context, &attn_manifest_v1, &library), ATTN_OK);
  attn_entry *entry = nullptr;
  ASSERT_EQ(attn_library_find(fixture.context, library, "attend", &entry), ATTN_OK);
  Call call = attendCall(fixture);
  call.entry = entry;
  EXPECT_EQ(call.run(), ATTN_OK);
  ASSERT_EQ(attn_library_close(library), ATTN_OK);
  EXPECT_EQ(call.run(), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), kNoEntry);
  expectRefused(attn_library_find(fixture.context, library, "attend", &entry), fixture.context, kNoLibrary);
  expectRefused(attn_library_close(library), nullptr, "expects an open library, but got one that is closed or foreign");
  EXPECT_EQ(attn_library_manifest(library), nullptr);
  EXPECT_EQ(attn_library_close(nullptr), ATTN_OK);
}

TEST(Handles, UnknownEntryNamesThoseThereAre) {
  Fixture fixture("cpu");
  attn_entry *entry = nullptr;
  const std::string all = "'attend', 'packed', 'listed', 'points', 'level', 'copy', 'filled', 'broken'";
  expectRefused(attn_library_find(fixture.context, fixture.library, "atend", &entry), fixture.context,
                "expects one of the entries " + all + ", but got 'atend'");
  expectRefused(attn_library_find(fixture.context, fixture.library, "", &entry), fixture.context,
                "expects one of the entries " + all + ", but got ''");
  expectRefused(attn_library_find(fixture.context, fixture.library, nullptr, &entry), fixture.context,
                "expects an entry name, because the library has 8 entries: " + all);
  expectRefused(attn_library_find(fixture.context, fixture.library, "attend", nullptr), fixture.context,
                "expects a place for the entry, but got null");
  expectRefused(attn_library_find(fixture.context, nullptr, "attend", &entry), fixture.context, kNoLibrary);
  EXPECT_EQ(entry, nullptr);
}

TEST(Handles, MessagesBelongToOneThreadAndContext) {
  Fixture one("cpu"), two("cpu");
  EXPECT_EQ(attn_context_set_threads(one.context, 0), ATTN_INVALID_ARGUMENT);
  EXPECT_STRNE(attn_last_message(one.context), "");
  EXPECT_STREQ(attn_last_message(two.context), "");
  std::thread([&] { EXPECT_STREQ(attn_last_message(one.context), ""); }).join();
  EXPECT_EQ(attn_context_set_threads(one.context, 1), ATTN_OK);
  EXPECT_STREQ(attn_last_message(one.context), "");
}

TEST(Handles, ShapeQueriesRefuseBadPlaces) {
  Fixture fixture("cpu");
  Call call = attendCall(fixture);
  const std::string entry = "entry 'attend' at library.mlir:3:1: ";
  std::vector<int64_t> shape(4, -7);
  EXPECT_EQ(call.shape(2, shape), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), entry + "expects a result number below 2, but got 2");
  EXPECT_EQ(call.shape(1, shape), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), entry + "result 'lse' expects room for 3 extents, but got room for 4");
  EXPECT_EQ(attn_result_shape(call.context, call.entry, call.argPointers.data(), 5, 0, nullptr, 4),
            ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), entry + "result 'o' expects room for 4 extents, but got room for 0");
  call.argViews[1].shape[3] = 9;
  EXPECT_EQ(call.shape(0, shape), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), entry + "argument 'k' expects dim 3 to be 8, but got 9 (shape 2x2x5x9)");
  EXPECT_EQ(shape, std::vector<int64_t>(4, -7));
  EXPECT_EQ(attn_workspace_size(call.context, call.entry, call.argPointers.data(), 5, nullptr), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message(), entry + "expects a place for the workspace's size, but got null");
}

TEST(Handles, StatusesHaveNames) {
  EXPECT_STREQ(attn_status_name(ATTN_OK), "ok");
  EXPECT_STREQ(attn_status_name(ATTN_VERSION_MISMATCH), "version_mismatch");
  EXPECT_STREQ(attn_status_name(99), "unknown");
}

} // namespace
