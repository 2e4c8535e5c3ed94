// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds out which instruction sets this machine has.
#include "runtime/src/Library.h"
#include "runtime/src/Status.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace attn::rt {

static int64_t detect() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("x86-64-v2"))
    return ATTN_CPU_ANY;
  if (!__builtin_cpu_supports("x86-64-v3"))
    return ATTN_CPU_X86_64_V2;
  if (!__builtin_cpu_supports("x86-64-v4"))
    return ATTN_CPU_X86_64_V3;
  return __builtin_cpu_supports("avx512bf16") ? ATTN_CPU_X86_64_V4_BF16 : ATTN_CPU_X86_64_V4;
#else
  return ATTN_CPU_ANY;
#endif
}

attn_status cpuLevel(int64_t &level) {
  static const int64_t detected = detect();
  level = detected;
  const char *asked = getenv("ATTN_CPU_LEVEL");
  if (!asked || !*asked)
    return ATTN_OK;
  char *end;
  errno = 0;
  long wanted = strtol(asked, &end, 10);
  if (*end || errno || wanted < ATTN_CPU_ANY || wanted > ATTN_CPU_X86_64_V4_BF16)
    return fail(ATTN_INVALID_ARGUMENT, "expects ATTN_CPU_LEVEL to be an integer from %d to %d, but got '%.64s'",
                int(ATTN_CPU_ANY), int(ATTN_CPU_X86_64_V4_BF16), asked);
  level = std::min<int64_t>(wanted, detected);
  return ATTN_OK;
}

const char *cpuLevelName(int64_t level) {
  switch (level) {
  case ATTN_CPU_ANY: return "any";
  case ATTN_CPU_X86_64_V2: return "x86-64-v2";
  case ATTN_CPU_X86_64_V3: return "x86-64-v3";
  case ATTN_CPU_X86_64_V4: return "x86-64-v4";
  case ATTN_CPU_X86_64_V4_BF16: return "x86-64-v4 with AVX512-BF16";
  }
  return "an unknown CPU level";
}

} // namespace attn::rt
