// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The closed list of outside functions, and a look at an object's symbol table.
#include "lib/JIT/Externals.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ObjectFile.h"

namespace attn {

bool isKnownExternal(llvm::StringRef symbol) {
  static const llvm::StringRef memory[] = {"memcpy", "memmove", "memset", "memcmp", "bcmp"};
  static const llvm::StringRef math[] = {
      "acos", "acosh", "asin", "asinh", "atan",  "atan2", "atanh", "cbrt",  "cos",       "cosh",  "erf",  "erfc",
      "exp",  "exp10", "exp2", "expm1", "fabs",  "floor", "fma",   "fmod",  "frexp",     "ldexp", "log",  "log10",
      "log1p", "log2", "pow",  "rint",  "round", "roundeven", "sin", "sinh", "sincos",   "sqrt",  "tan",  "tanh",
      "trunc", "ceil", "nearbyint", "fmin", "fmax"};
  if (llvm::is_contained(memory, symbol) || llvm::is_contained(math, symbol))
    return true;
  return symbol.ends_with("f") && llvm::is_contained(math, symbol.drop_back());
}

llvm::Error checkExternals(llvm::ArrayRef<char> object) {
  llvm::MemoryBufferRef buffer(llvm::StringRef(object.data(), object.size()), "attn.o");
  auto file = llvm::object::ObjectFile::createObjectFile(buffer);
  if (!file)
    return file.takeError();
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    llvm::Expected<llvm::StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    bool open = (*flags & llvm::object::SymbolRef::SF_Undefined) && !name->empty();
    if (open && *name != "_GLOBAL_OFFSET_TABLE_" && !isKnownExternal(*name))
      return llvm::createStringError("expects no function from outside, but the code calls '" + *name + "'");
  }
  return llvm::Error::success();
}

} // namespace attn
