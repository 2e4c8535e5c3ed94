// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks a library's tables once, when it is opened, so that calls may trust them.
#include "runtime/src/Library.h"
#include "runtime/src/Validate.h"

namespace attn::rt {
namespace {

attn_status broken(const attn_entry_desc &entry, const char *what, const char *name, const char *why) {
  return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: entry '%s': %s '%s': %s", entry.name, what, name, why);
}

const char *checkFlags(const attn_arg_desc &arg, const attn_entry_desc &entry) {
  constexpr int64_t kinds = ATTN_ARG_LENGTHS | ATTN_ARG_CUMULATIVE | ATTN_ARG_INDICES;
  int64_t kind = arg.flags & kinds;
  if (!kind)
    return nullptr;
  if (kind & (kind - 1))
    return "its flags contradict each other";
  if (arg.dtype.code != kDLInt || arg.dtype.lanes != 1 || (arg.dtype.bits != 32 && arg.dtype.bits != 64))
    return "its values are checked, so it must be i32 or i64";
  if (kind == ATTN_ARG_CUMULATIVE && arg.rank != 1)
    return "cumulative lengths have rank 1";
  if (const char *why = checkExpression(arg.bound, entry))
    return why;
  if (kind != ATTN_ARG_INDICES)
    return nullptr;
  if (arg.related < 0 || arg.related >= entry.nargs)
    return "its counts argument does not exist";
  const attn_arg_desc &counts = entry.args[arg.related];
  if (!(counts.flags & ATTN_ARG_LENGTHS) || counts.rank != arg.rank - 1)
    return "its counts argument must be lengths of one rank less";
  for (int32_t d = 0; d < counts.rank; ++d)
    if (counts.dims[d] != arg.dims[d])
      return "its counts argument has other leading dims";
  return nullptr;
}

const char *checkArg(const attn_arg_desc &arg) {
  if (!arg.name)
    return "it has no name";
  if (arg.rank < 0 || arg.rank > kMaxRank)
    return "its rank is out of range";
  if (!typeBytes(arg.dtype))
    return "its element type is unknown";
  if (arg.rank > 0 && !arg.dims)
    return "it has no dims";
  for (int32_t d = 0; d < arg.rank; ++d)
    if (arg.dims[d] < -kMaxSymbols)
      return "a symbol number is out of range";
  return nullptr;
}

attn_status checkArgs(const attn_entry_desc &entry) {
  for (int64_t i = 0; i < entry.nargs; ++i)
    if (const char *why = checkArg(entry.args[i]))
      return broken(entry, "argument", entry.args[i].name ? entry.args[i].name : "?", why);
  for (int64_t i = 0; i < entry.nargs; ++i)
    if (const char *why = checkFlags(entry.args[i], entry))
      return broken(entry, "argument", entry.args[i].name, why);
  return ATTN_OK;
}

const char *checkResult(const attn_result_desc &result, const attn_entry_desc &entry) {
  if (result.rank < 0 || result.rank > kMaxRank)
    return "its rank is out of range";
  if (!typeBytes(result.dtype))
    return "its element type is unknown";
  if (result.rank > 0 && !result.dims)
    return "it has no dims";
  for (int32_t d = 0; d < result.rank; ++d)
    if (const char *why = checkExpression(result.dims[d], entry))
      return why;
  return nullptr;
}

const char *checkRelation(const attn_check_desc &check, const attn_entry_desc &entry) {
  if (check.relation < ATTN_CHECK_EQ || check.relation > ATTN_CHECK_MULTIPLE_OF)
    return "its relation is unknown";
  const char *why = checkExpression(check.left, entry);
  return why ? why : checkExpression(check.right, entry);
}

attn_status checkKernel(const attn_kernel_desc &kernel, int64_t level) {
  if (!kernel.name || kernel.nvariants < 0 || kernel.ndevice_variants < 0 ||
      !(kernel.nvariants || kernel.ndevice_variants) || (kernel.nvariants && !kernel.variants))
    return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: a kernel has no name or no variants");
  for (int64_t i = 0; i < kernel.nvariants; ++i)
    if (!kernel.variants[i].function || kernel.variants[i].scratch_bytes < 0)
      return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: kernel '%s': variant %lld has no function or a negative "
                                         "scratch size",
                  kernel.name, (long long)i);
  if (kernel.nvariants && kernel.variants[0].cpu_level > level)
    return fail(ATTN_UNSUPPORTED, "kernel '%s' expects a CPU of level %s, but this one has %s", kernel.name,
                cpuLevelName(kernel.variants[0].cpu_level), cpuLevelName(level));
  return ATTN_OK;
}

bool outOfRange(int64_t count, const void *table, int64_t most) {
  return count < 0 || count > most || (count && !table);
}

} // namespace

attn_status checkEntry(const attn_entry_desc &entry) {
  if (!entry.name || !entry.function)
    return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: an entry has no name or no function");
  if (outOfRange(entry.nargs, entry.args, kMaxOperands) || outOfRange(entry.nresults, entry.results, kMaxOperands) ||
      outOfRange(entry.nchecks, entry.checks, 1024))
    return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: entry '%s': a table is missing or too long", entry.name);
  if (attn_status status = checkArgs(entry))
    return status;
  for (int64_t i = 0; i < entry.nresults; ++i) {
    const char *name = entry.results[i].name;
    if (const char *why = name ? checkResult(entry.results[i], entry) : "it has no name")
      return broken(entry, "result", name ? name : "?", why);
  }
  for (int64_t i = 0; i < entry.nchecks; ++i) {
    const char *text = entry.checks[i].message;
    if (const char *why = text ? checkRelation(entry.checks[i], entry) : "it has no message")
      return broken(entry, "check", text ? text : "?", why);
  }
  if (entry.workspace.size)
    if (const char *why = checkExpression(entry.workspace, entry))
      return broken(entry, "expression", "workspace", why);
  return ATTN_OK;
}

attn_status checkManifest(const attn_manifest *manifest, int64_t level) {
  if (!manifest)
    return fail(ATTN_INVALID_ARGUMENT, "expects a manifest, but got null");
  if (manifest->abi_version != ATTN_ABI_VERSION)
    return fail(ATTN_VERSION_MISMATCH,
                "the library was compiled for ABI version %lld, but this runtime has version %d; compile it again",
                (long long)manifest->abi_version, ATTN_ABI_VERSION);
  if (manifest->manifest_bytes != int64_t(sizeof(attn_manifest)))
    return fail(ATTN_VERSION_MISMATCH, "the library's manifest has %lld bytes, but this runtime expects %zu",
                (long long)manifest->manifest_bytes, sizeof(attn_manifest));
  if (manifest->cpu_level > level)
    return fail(ATTN_UNSUPPORTED, "the library expects a CPU of level %s, but this one has %s",
                cpuLevelName(manifest->cpu_level), cpuLevelName(level));
  if (outOfRange(manifest->nentries, manifest->entries, 1 << 20) ||
      outOfRange(manifest->nkernels, manifest->kernels, 1 << 20))
    return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: a table is missing or too long");
  for (int64_t i = 0; i < manifest->nkernels; ++i)
    if (attn_status status = checkKernel(manifest->kernels[i], level))
      return status;
  if (attn_status status = checkImages(*manifest))
    return status;
  for (int64_t i = 0; i < manifest->nentries; ++i)
    if (attn_status status = checkEntry(manifest->entries[i]))
      return status;
  return ATTN_OK;
}

} // namespace attn::rt
