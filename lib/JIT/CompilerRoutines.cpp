// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the 16-bit conversions as LLVM IR and links them into a module.
#include "lib/JIT/CompilerRoutines.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/SourceMgr.h"

namespace attn {

// f64 goes through an f32 rounded to odd, which keeps the second rounding exact. Conversions between f32 and f16 are
// instructions on every CPU that has AVX2.
static const char *const kRoutines = R"(
define hidden bfloat @__truncsfbf2(float %x) nounwind {
  %bits = bitcast float %x to i32
  %nan = fcmp uno float %x, %x
  %high = lshr i32 %bits, 16
  %odd = and i32 %high, 1
  %bias = add i32 %odd, 32767
  %sum = add i32 %bits, %bias
  %rounded = lshr i32 %sum, 16
  %quiet = or i32 %high, 64
  %chosen = select i1 %nan, i32 %quiet, i32 %rounded
  %low = trunc i32 %chosen to i16
  %y = bitcast i16 %low to bfloat
  ret bfloat %y
}

define internal float @attn_round_to_odd(double %x) nounwind {
  %near = fptrunc double %x to float
  %back = fpext float %near to double
  %exact = fcmp ueq double %back, %x
  %bits = bitcast float %near to i32
  %size = call double @llvm.fabs.f64(double %x)
  %nearSize = call double @llvm.fabs.f64(double %back)
  %above = fcmp ogt double %nearSize, %size
  %step = zext i1 %above to i32
  %down = sub i32 %bits, %step
  %odd = or i32 %down, 1
  %chosen = select i1 %exact, i32 %bits, i32 %odd
  %y = bitcast i32 %chosen to float
  ret float %y
}

define hidden bfloat @__truncdfbf2(double %x) nounwind {
  %odd = call float @attn_round_to_odd(double %x)
  %y = call bfloat @__truncsfbf2(float %odd)
  ret bfloat %y
}

define hidden half @__truncdfhf2(double %x) nounwind {
  %odd = call float @attn_round_to_odd(double %x)
  %y = fptrunc float %odd to half
  ret half %y
}

declare double @llvm.fabs.f64(double)
)";

llvm::Error addCompilerRoutines(llvm::Module &module) {
  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> routines = llvm::parseAssemblyString(kRoutines, diagnostic, module.getContext());
  if (!routines)
    return llvm::createStringError("cannot read the conversion routines: " + diagnostic.getMessage());
  routines->setDataLayout(module.getDataLayout());
  routines->setTargetTriple(module.getTargetTriple());
  if (llvm::Linker::linkModules(module, std::move(routines)))
    return llvm::createStringError("cannot add the conversion routines: the module defines one of their names");
  return llvm::Error::success();
}

} // namespace attn
