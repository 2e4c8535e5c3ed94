// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two short benchmarks: independent chains of vector multiply-adds, and a sum over more memory than caches hold.
#include "lib/Target/CPU/Peak.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <immintrin.h>
#include <memory>
#include <thread>
#include <vector>

namespace attn::cpu {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Keeps a value from being optimised away.
template <typename T> void keep(T &value) { asm volatile("" : "+m"(value)); }

constexpr int64_t kRounds = 20000;

/// Flops of one call.
__attribute__((target("avx512f"))) int64_t wideChains() {
  __m512 sums[16];
  for (__m512 &sum : sums)
    sum = _mm512_set1_ps(1);
  __m512 a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(0.25f);
  for (int64_t round = 0; round < kRounds; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; ++i)
      sums[i] = _mm512_fmadd_ps(sums[i], a, b);
  }
  for (__m512 &sum : sums)
    keep(sum);
  return kRounds * 16 * 16 * 2;
}

__attribute__((target("avx2,fma"))) int64_t narrowChains() {
  __m256 sums[12];
  for (__m256 &sum : sums)
    sum = _mm256_set1_ps(1);
  __m256 a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
  for (int64_t round = 0; round < kRounds; ++round) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; ++i)
      sums[i] = _mm256_fmadd_ps(sums[i], a, b);
  }
  for (__m256 &sum : sums)
    keep(sum);
  return kRounds * 12 * 8 * 2;
}

/// Runs a piece of work on every thread for a while; units a second.
double rate(unsigned threads, const std::function<int64_t(unsigned)> &work) {
  std::vector<double> rates(threads);
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t)
    workers.emplace_back([&, t] {
      work(t);
      // The best millisecond of some, because other processes take their share.
      for (Clock::time_point start = Clock::now(); secondsSince(start) < 0.025;) {
        Clock::time_point slice = Clock::now();
        double units = 0, seconds = 0;
        while (seconds < 0.001) {
          units += double(work(t));
          seconds = secondsSince(slice);
        }
        rates[t] = std::max(rates[t], units / seconds);
      }
    });
  double total = 0;
  for (unsigned t = 0; t < threads; ++t) {
    workers[t].join();
    total += rates[t];
  }
  return total;
}

} // namespace

Peak measurePeak(unsigned threads) {
  __builtin_cpu_init();
  auto chains = __builtin_cpu_supports("avx512f") ? wideChains : narrowChains;
  double flops = rate(threads, [&](unsigned) { return chains(); });
  constexpr int64_t kWords = 8 << 20; // 64 MiB in all
  std::unique_ptr<int64_t[]> words(new int64_t[kWords]);
  for (int64_t i = 0; i < kWords; ++i)
    words[i] = i;
  int64_t share = kWords / threads;
  double bytes = rate(threads, [&](unsigned t) {
    int64_t sum = 0;
    for (int64_t i = t * share; i < (t + 1) * share; ++i)
      sum += words[i];
    keep(sum);
    return share * 8;
  });
  return {flops, bytes};
}

} // namespace attn::cpu
