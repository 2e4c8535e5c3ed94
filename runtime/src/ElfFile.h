// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A look at a shared library before the loader maps it.
#ifndef ATTN_RUNTIME_SRC_ELFFILE_H
#define ATTN_RUNTIME_SRC_ELFFILE_H

namespace attn::rt {

/// Whether the file is an ELF file that ends before what its program headers load: mapping one faults when it is read.
/// Anything else is left to the loader to refuse.
bool isCutShort(const char *path);

} // namespace attn::rt

#endif
