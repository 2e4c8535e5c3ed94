// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of CPU levels.
#include "lib/Target/CPU/Features.h"
#include "attn-rt/abi.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

namespace attn::cpu {

int64_t CPUTarget::level() const {
  if (bf16 && name != "native")
    return ATTN_CPU_X86_64_V4_BF16;
  return avx512 ? ATTN_CPU_X86_64_V4 : ATTN_CPU_X86_64_V3;
}

static CPUTarget level(llvm::StringRef name, bool avx512) {
  CPUTarget target;
  target.name = target.llvmCPU = name.str();
  target.avx512 = avx512;
  target.vectorBits = avx512 ? 512 : 256;
  // LLVM prefers 256-bit vectors on some AVX-512 chips; the passes already chose the width.
  target.features = avx512 ? "-prefer-256-bit" : "";
  return target;
}

llvm::Expected<CPUTarget> describeTarget(llvm::StringRef name) {
  if (name == "x86-64-v3")
    return level(name, false);
  if (name == "x86-64-v4")
    return level(name, true);
  if (name == "x86-64-v4-bf16") {
    CPUTarget target = level("x86-64-v4", true);
    target.name = name.str();
    target.features += ",+avx512bf16";
    target.bf16 = true;
    return target;
  }
  if (name == "native") {
    llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
    bool wide = host.lookup("avx512f") && host.lookup("avx512bw") && host.lookup("avx512dq") && host.lookup("avx512vl");
    if (!wide && !(host.lookup("avx2") && host.lookup("fma")))
      return llvm::createStringError("expects a CPU with AVX2 and FMA, but this host has neither");
    CPUTarget target = level(llvm::sys::getHostCPUName(), wide);
    target.name = "native";
    target.bf16 = wide && host.lookup("avx512bf16");
    return target;
  }
  return llvm::createStringError("expects CPU to be x86-64-v3, x86-64-v4, x86-64-v4-bf16 or native, but got '" + name + "'");
}

} // namespace attn::cpu
