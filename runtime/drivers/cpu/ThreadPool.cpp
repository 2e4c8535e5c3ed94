// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the slots of a job on sleeping threads; renews itself in a forked child, where those threads do not exist.
#include "runtime/drivers/cpu/ThreadPool.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <pthread.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace attn::rt {

bool ScratchSlots::reserve(int64_t slots, size_t bytes) {
  if (buffers.size() < size_t(slots))
    buffers.resize(size_t(slots));
  for (int64_t i = 0; i < slots; ++i)
    if (!buffers[size_t(i)].reserve(bytes))
      return false;
  return true;
}

namespace pool {
namespace {

// Some microseconds: enough for back-to-back kernels, too short to disturb another pool.
constexpr int kSpins = 2000;

enum Order { kSleep, kWork, kStop };

thread_local bool inTask;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

} // namespace

/// One thread and what it is told to do.
struct Worker {
  State *state;
  int64_t slot;
  pthread_t thread;
  std::atomic<int> order{kSleep};
  std::condition_variable wake;
};

struct State {
  std::mutex jobs; ///< held for a whole job; guards everything that is not the current job
  std::mutex sleep; ///< guards the condition variables
  std::condition_variable done;
  std::vector<std::unique_ptr<Worker>> workers;
  ScratchSlots scratch;
  Task task = nullptr;
  void *data = nullptr;
  std::atomic<int64_t> active{0};
};

namespace {

std::atomic<State *> current{nullptr};
std::atomic<int64_t> users{0};

// The parent's state may be mid-job with its locks held: the child leaves it behind and makes its own when needed.
void forgetInChild() {
  current.store(nullptr);
  inTask = false;
}

State *acquireState() {
  static const int registered = pthread_atfork(nullptr, nullptr, forgetInChild);
  (void)registered;
  State *state = current.load();
  if (state)
    return state;
  auto *fresh = new State;
  if (current.compare_exchange_strong(state, fresh))
    return fresh;
  delete fresh;
  return state;
}

int awaitOrder(Worker &worker) {
  for (int i = 0; i < kSpins && worker.order.load(std::memory_order_acquire) == kSleep; ++i)
    relax();
  if (worker.order.load(std::memory_order_acquire) == kSleep) {
    std::unique_lock<std::mutex> lock(worker.state->sleep);
    worker.wake.wait(lock, [&] { return worker.order.load(std::memory_order_acquire) != kSleep; });
  }
  return worker.order.load(std::memory_order_acquire);
}

void *workerMain(void *argument) {
  Worker &worker = *static_cast<Worker *>(argument);
  State &state = *worker.state;
  inTask = true;
  while (awaitOrder(worker) == kWork) {
    worker.order.store(kSleep, std::memory_order_relaxed);
    state.task(state.data, worker.slot);
    if (state.active.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      std::lock_guard<std::mutex> lock(state.sleep);
      state.done.notify_one();
    }
  }
  return nullptr;
}

bool addWorker(State &state) {
  auto worker = std::make_unique<Worker>();
  worker->state = &state;
  worker->slot = int64_t(state.workers.size()) + 1;
  // The host's signal handlers must not run on threads it does not know.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&worker->thread, nullptr, workerMain, worker.get());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failed)
    return false;
#if defined(__linux__)
  pthread_setname_np(worker->thread, "attn-worker");
#endif
  state.workers.push_back(std::move(worker));
  return true;
}

void order(Worker &worker, Order what) {
  std::lock_guard<std::mutex> lock(worker.state->sleep);
  worker.order.store(what, std::memory_order_release);
  worker.wake.notify_one();
}

void joinAll(State &state) {
  std::lock_guard<std::mutex> lock(state.jobs);
  for (auto &worker : state.workers)
    order(*worker, kStop);
  for (auto &worker : state.workers)
    pthread_join(worker->thread, nullptr);
  state.workers.clear();
  state.scratch = ScratchSlots();
}

// Runs when the library is unloaded or the process ends: no thread may outlive the code it runs.
__attribute__((destructor)) void joinAtUnload() {
  if (State *state = current.load())
    joinAll(*state);
}

} // namespace

void addUser() { users.fetch_add(1); }

void removeUser() {
  if (users.fetch_sub(1) == 1)
    if (State *state = current.load())
      joinAll(*state);
}

Session::Session() : state(acquireState()) { state->jobs.lock(); }

Session::~Session() { state->jobs.unlock(); }

ScratchSlots &Session::scratch() { return state->scratch; }

void Session::run(int64_t slots, Task task, void *data) {
  while (int64_t(state->workers.size()) + 1 < slots && addWorker(*state)) {
  }
  int64_t others = std::min<int64_t>(slots, int64_t(state->workers.size()) + 1) - 1;
  state->task = task;
  state->data = data;
  state->active.store(others, std::memory_order_release);
  for (int64_t i = 0; i < others; ++i)
    order(*state->workers[size_t(i)], kWork);
  inTask = true;
  task(data, 0);
  inTask = false;
  for (int i = 0; i < kSpins && state->active.load(std::memory_order_acquire) != 0; ++i)
    relax();
  std::unique_lock<std::mutex> lock(state->sleep);
  state->done.wait(lock, [&] { return state->active.load(std::memory_order_acquire) == 0; });
}

int64_t threadCount() {
  State *state = current.load();
  if (!state)
    return 0;
  std::lock_guard<std::mutex> lock(state->jobs);
  return int64_t(state->workers.size());
}

bool insideTask() { return inTask; }

} // namespace pool
} // namespace attn::rt
