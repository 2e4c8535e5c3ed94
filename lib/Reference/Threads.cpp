// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Threads that live as long as one call and take tasks from a common counter.
#include "lib/Reference/Threads.h"
#include <atomic>
#include <thread>
#include <vector>

void attn::reference::parallel(int64_t count, unsigned workers,
                               llvm::function_ref<std::function<void(int64_t)>()> makeWorker) {
  if (workers == 0)
    workers = std::max(1u, std::thread::hardware_concurrency());
  workers = static_cast<unsigned>(std::min<int64_t>(workers, std::max<int64_t>(count, 1)));
  std::atomic<int64_t> next{0};
  auto run = [&](const std::function<void(int64_t)> &work) {
    for (int64_t task = next++; task < count; task = next++)
      work(task);
  };
  std::vector<std::function<void(int64_t)>> works;
  for (unsigned n = 0; n < workers; ++n)
    works.push_back(makeWorker());
  std::vector<std::thread> threads;
  for (unsigned n = 1; n < workers; ++n)
    threads.emplace_back(run, std::cref(works[n]));
  run(works[0]);
  for (std::thread &thread : threads)
    thread.join();
}
