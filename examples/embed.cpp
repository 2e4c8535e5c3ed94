// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A host that compiles attention at run time and calls it on its own memory.
#include "attn-rt/runtime.h"
#include "attn/Compiler.h"

#include <cstdio>
#include <vector>

static const char *const kProgram = R"(
!tokens = tensor<?x?x?x64xf32>
!scores = !attn.scores<?x?x?x?xf32>
func.func @attention(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %sm = attn.mask %s, %causal : !scores
  %w = attn.normalize %sm softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
})";

/// A tensor of 1 x heads x tokens x 64 over memory of the host.
static DLTensor view(std::vector<float> &data, int64_t *shape) {
  return {data.data(), {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, shape, nullptr, 0};
}

static int fail(const char *reason) { return fprintf(stderr, "%s\n", reason), 1; }

int main() {
  // Compile once. The error holds the place in the program and what was wrong there.
  attn::Compiler compiler;
  llvm::Expected<attn::Executable> code = compiler.compile(kProgram, "attention.mlir");
  if (!code)
    return fail(llvm::toString(code.takeError()).c_str());

  // Open the code. The executable must outlive the library.
  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *entry = nullptr;
  if (attn_context_create("cpu", &context) || attn_library_open_manifest(context, code->manifest(), &library) ||
      attn_library_find(context, library, "attention", &entry))
    return fail(attn_last_message(context));

  // Call it, from any thread, as often as you like.
  int64_t shape[] = {1, 2, 100, 64};
  std::vector<float> q(12800, 0.5f), k(12800, 0.25f), v(12800, 3.0f), o(12800);
  DLTensor query = view(q, shape), key = view(k, shape), value = view(v, shape), output = view(o, shape);
  const DLTensor *arguments[] = {&query, &key, &value};
  DLTensor *results[] = {&output};
  if (attn_call(context, entry, arguments, 3, results, 1, nullptr, 0, nullptr))
    return fail(attn_last_message(context));
  printf("%g %g\n", o.front(), o.back());

  attn_library_close(library);
  attn_context_destroy(context);
  return 0;
}
