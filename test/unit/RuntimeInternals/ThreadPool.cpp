// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Threads: made when needed, shared by callers, gone afterwards, renewed after fork, replaced by the host's pool.
#include "runtime/drivers/cpu/ThreadPool.h"
#include "runtime/cts/Call.h"

#include <gtest/gtest.h>

#include <atomic>
#include <dirent.h>
#include <dlfcn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace attn::rt;
using namespace attn::rt::cts;

namespace {

int64_t threadsOfProcess() {
  int64_t count = 0;
  DIR *folder = opendir("/proc/self/task");
  while (dirent *entry = readdir(folder))
    count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

Call pointsCall(Fixture &fixture, int64_t x, int64_t y, int64_t z) {
  Call call(fixture, "points");
  for (int64_t extent : {x, y, z})
    call.arg(Element::I64, {}, {double(extent)});
  call.result(Element::I64, {z, y, x});
  return call;
}

bool allPoints(const Call &call) {
  const std::vector<int64_t> &shape = call.results[0].shape();
  for (int64_t n = 0; n < call.results[0].size(); ++n) {
    int64_t x = n % shape[2], y = n / shape[2] % shape[1], z = n / shape[2] / shape[1];
    if (call.results[0].get(n).integer != x + 1000 * y + 1000000 * z)
      return false;
  }
  return true;
}

/// Keeps the pool as a context does, and ends its threads afterwards.
struct PoolUser {
  PoolUser() { pool::addUser(); }
  ~PoolUser() { pool::removeUser(); }
};

TEST(ThreadPool, RunsEverySlotOnce) {
  PoolUser user;
  pool::Session session;
  std::atomic<int> runs[8] = {};
  session.run(8, [](void *data, int64_t slot) { ++static_cast<std::atomic<int> *>(data)[slot]; }, runs);
  for (auto &count : runs)
    EXPECT_EQ(count, 1);
  EXPECT_FALSE(pool::insideTask());
}

TEST(ThreadPool, SlotsRunAtTheSameTime) {
  PoolUser user;
  pool::Session session;
  std::atomic<int> arrived{0};
  // Each slot waits for all others: this only ends if every slot has a thread.
  session.run(4, [](void *data, int64_t) {
    auto &count = *static_cast<std::atomic<int> *>(data);
    for (++count; count < 4;)
      std::this_thread::yield();
  }, &arrived);
  EXPECT_EQ(arrived, 4);
}

TEST(ThreadPool, LastContextJoinsTheThreads) {
  int64_t before = threadsOfProcess() - pool::threadCount();
  {
    Fixture one("cpu"), two("cpu");
    ASSERT_EQ(attn_context_set_threads(one.context, 4), ATTN_OK);
    Call call = pointsCall(one, 64, 1, 1);
    ASSERT_EQ(call.run(), ATTN_OK);
    EXPECT_GE(pool::threadCount(), 3);
    EXPECT_GE(threadsOfProcess(), before + 3);
  }
  EXPECT_EQ(pool::threadCount(), 0);
  EXPECT_EQ(threadsOfProcess(), before);
}

TEST(ThreadPool, OneThreadMakesNoThreads) {
  Fixture fixture("cpu");
  ASSERT_EQ(attn_context_set_threads(fixture.context, 1), ATTN_OK);
  Call call = pointsCall(fixture, 100, 1, 1);
  ASSERT_EQ(call.run(), ATTN_OK);
  EXPECT_TRUE(allPoints(call));
  EXPECT_EQ(pool::threadCount(), 0);
}

TEST(ThreadPool, EnvironmentSetsTheThreads) {
  setenv("ATTN_NUM_THREADS", "3", 1);
  {
    Fixture fixture("cpu");
    Call call = pointsCall(fixture, 64, 1, 1);
    ASSERT_EQ(call.run(), ATTN_OK);
    EXPECT_EQ(pool::threadCount(), 2);
  }
  unsetenv("ATTN_NUM_THREADS");
}

TEST(ThreadPool, CoversEveryGridWithAnyThreads) {
  Fixture fixture("cpu");
  for (int64_t threads : {1, 2, 3, 8, 17})
    for (auto grid : {std::array<int64_t, 3>{1, 1, 1}, {7, 1, 1}, {1, 5, 3}, {13, 11, 7}, {900, 2, 1}, {0, 4, 4}}) {
      ASSERT_EQ(attn_context_set_threads(fixture.context, threads), ATTN_OK);
      Call call = pointsCall(fixture, grid[0], grid[1], grid[2]);
      ASSERT_EQ(call.run(), ATTN_OK) << call.message();
      EXPECT_TRUE(allPoints(call)) << threads << " threads";
      EXPECT_TRUE(call.inputsUntouched());
    }
}

TEST(ThreadPool, ManyCallersShareIt) {
  Fixture fixture("cpu");
  ASSERT_EQ(attn_context_set_threads(fixture.context, 3), ATTN_OK);
  std::atomic<int> good{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        Call points = pointsCall(fixture, 31, 3, 2), attend = attendCall(fixture);
        good += points.run() == ATTN_OK && allPoints(points) && attend.run() == ATTN_OK;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(good, 160);
}

TEST(ThreadPool, CloseDuringCallsIsSafe) {
  Fixture fixture("cpu");
  for (int round = 0; round < 50; ++round) {
    attn_library *library = nullptr;
    ASSERT_EQ(attn_library_open_manifest(fixture.context, &attn_manifest_v1, &library), ATTN_OK);
    attn_entry *entry = nullptr;
    ASSERT_EQ(attn_library_find(fixture.context, library, "points", &entry), ATTN_OK);
    std::thread caller([&] {
      Call call = pointsCall(fixture, 50, 2, 1);
      call.entry = entry;
      attn_status status = call.run();
      EXPECT_TRUE(status == ATTN_OK ? allPoints(call) : status == ATTN_INVALID_ARGUMENT);
    });
    attn_library_close(library);
    caller.join();
  }
}

int runInChild(Fixture &fixture) {
  pid_t child = fork();
  if (child == 0) {
    Call call = pointsCall(fixture, 64, 3, 1);
    bool good = call.run() == ATTN_OK && allPoints(call) && pool::threadCount() == 3;
    _exit(good ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

TEST(ThreadPool, WorksInAForkedChild) {
  Fixture fixture("cpu");
  ASSERT_EQ(attn_context_set_threads(fixture.context, 4), ATTN_OK);
  EXPECT_EQ(runInChild(fixture), 0);
  Call call = pointsCall(fixture, 64, 1, 1);
  ASSERT_EQ(call.run(), ATTN_OK);
  EXPECT_EQ(runInChild(fixture), 0);
  ASSERT_EQ(call.run(), ATTN_OK);
  EXPECT_TRUE(allPoints(call));
}

TEST(ThreadPool, ForkDuringAJobIsSafe) {
  Fixture fixture("cpu");
  ASSERT_EQ(attn_context_set_threads(fixture.context, 4), ATTN_OK);
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    while (!stop) {
      Call call = pointsCall(fixture, 400, 1, 1);
      EXPECT_EQ(call.run(), ATTN_OK);
    }
  });
  for (int round = 0; round < 20; ++round)
    EXPECT_EQ(runInChild(fixture), 0) << round;
  stop = true;
  busy.join();
}

TEST(ThreadPool, ChildMayDestroyItsContexts) {
  auto *fixture = new Fixture("cpu");
  ASSERT_EQ(attn_context_set_threads(fixture->context, 4), ATTN_OK);
  Call call = pointsCall(*fixture, 64, 1, 1);
  ASSERT_EQ(call.run(), ATTN_OK);
  pid_t child = fork();
  if (child == 0) {
    delete fixture;
    _exit(pool::threadCount() == 0 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  delete fixture;
}

// ---- the host's pool

struct HostPool {
  std::atomic<int64_t> runs{0}, tasks{0};
  int mode = 0;
};

void hostRun(void *self, int64_t tasks, void (*task)(void *, int64_t), void *data) {
  auto &host = *static_cast<HostPool *>(self);
  ++host.runs;
  host.tasks += tasks;
  if (host.mode == 1) // serial
    for (int64_t i = 0; i < tasks; ++i)
      task(data, i);
  if (host.mode == 2) // a pool that repeats, skips and invents tasks
    for (int64_t i : {int64_t(0), int64_t(0), int64_t(-5), tasks + 1, int64_t(1) << 40})
      task(data, i);
  if (host.mode != 0)
    return;
  std::vector<std::thread> threads;
  for (int64_t i = 0; i < tasks; ++i)
    threads.emplace_back(task, data, i);
  for (std::thread &thread : threads)
    thread.join();
}

TEST(HostPool, ReplacesTheThreads) {
  for (int mode : {0, 1, 2, 3}) {
    Fixture fixture("cpu");
    HostPool host;
    host.mode = mode;
    attn_host_pool pool = {&host, 3, hostRun};
    ASSERT_EQ(attn_context_set_pool(fixture.context, &pool), ATTN_OK);
    Call call = pointsCall(fixture, 50, 3, 2);
    ASSERT_EQ(call.run(), ATTN_OK) << call.message();
    EXPECT_TRUE(allPoints(call)) << "mode " << mode;
    EXPECT_EQ(host.runs, 1);
    EXPECT_EQ(host.tasks, 3);
    EXPECT_EQ(pool::threadCount(), 0);
    Call again = attendCall(fixture);
    EXPECT_EQ(again.run(), ATTN_OK);
    ASSERT_EQ(attn_context_set_pool(fixture.context, nullptr), ATTN_OK);
    ASSERT_EQ(call.run(), ATTN_OK);
    EXPECT_EQ(host.runs, 2);
  }
}

TEST(HostPool, GivesTheSameBits) {
  Fixture own("cpu"), hosted("cpu");
  HostPool host;
  attn_host_pool pool = {&host, 5, hostRun};
  ASSERT_EQ(attn_context_set_pool(hosted.context, &pool), ATTN_OK);
  Call a = attendCall(own), b = attendCall(hosted);
  ASSERT_EQ(a.run(), ATTN_OK);
  ASSERT_EQ(b.run(), ATTN_OK);
  EXPECT_EQ(std::string(a.results[0].data(), size_t(a.results[0].bytes())),
            std::string(b.results[0].data(), size_t(b.results[0].bytes())));
}

#if defined(__x86_64__)
TEST(ThreadPool, FloatModesOfTheCallerDoNotMatter) {
  Fixture fixture("cpu");
  Call call = attendCall(fixture);
  for (int64_t i = 0; i < call.args[2].size(); ++i)
    call.args[2].set(i, Number::ofReal(1e-42)); // denormal values
  ASSERT_EQ(attn_context_set_threads(fixture.context, 1), ATTN_OK);
  unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040); // flush to zero, denormals are zero
  attn_status status = call.run();
  unsigned after = _mm_getcsr();
  _mm_setcsr(saved);
  EXPECT_EQ(status, ATTN_OK);
  EXPECT_EQ(after & 0x8040, 0x8040u);
  EXPECT_GT(call.results[0].real(0), 0);
}
#endif

TEST(Unloading, LeavesNoThread) {
  int64_t before = threadsOfProcess();
  for (int round = 0; round < 3; ++round) {
    void *library = dlopen(ATTN_RT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
    auto create = reinterpret_cast<decltype(&attn_context_create)>(dlsym(library, "attn_context_create"));
    auto threads = reinterpret_cast<decltype(&attn_context_set_threads)>(dlsym(library, "attn_context_set_threads"));
    auto open = reinterpret_cast<decltype(&attn_library_open)>(dlsym(library, "attn_library_open"));
    auto find = reinterpret_cast<decltype(&attn_library_find)>(dlsym(library, "attn_library_find"));
    auto call = reinterpret_cast<decltype(&attn_call)>(dlsym(library, "attn_call"));
    ASSERT_TRUE(create && threads && open && find && call);
    attn_context *context = nullptr;
    attn_library *compiled = nullptr;
    attn_entry *entry = nullptr;
    ASSERT_EQ(create("cpu", &context), ATTN_OK);
    ASSERT_EQ(threads(context, 4), ATTN_OK);
    ASSERT_EQ(open(context, ATTN_CTS_LIBRARY, &compiled), ATTN_OK);
    ASSERT_EQ(find(context, compiled, "points", &entry), ATTN_OK);
    int64_t extent = 8, shape[] = {8, 8, 8}, out[512];
    DLTensor scalar = {&extent, {kDLCPU, 0}, 0, {kDLInt, 64, 1}, nullptr, nullptr, 0};
    DLTensor result = {out, {kDLCPU, 0}, 3, {kDLInt, 64, 1}, shape, nullptr, 0};
    const DLTensor *args[] = {&scalar, &scalar, &scalar};
    DLTensor *results[] = {&result};
    ASSERT_EQ(call(context, entry, args, 3, results, 1, nullptr, 0, nullptr), ATTN_OK);
    EXPECT_EQ(threadsOfProcess(), before + 3);
    // The context is left behind on purpose: unloading alone must end the threads.
    ASSERT_EQ(dlclose(library), 0);
    EXPECT_EQ(threadsOfProcess(), before);
    if (pid_t child = fork(); child == 0)
      _exit(0);
    else
      waitpid(child, nullptr, 0);
  }
}

} // namespace
