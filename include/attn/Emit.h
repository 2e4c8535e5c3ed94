// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compile can end in.
#ifndef ATTN_EMIT_H
#define ATTN_EMIT_H

namespace attn {

/// The first four are text on the way down, `object` and `library` files for the host's linker and loader, `jit` code
/// in this process. The last two are a device's alone, for one chip: the text of its assembly, and what it loads.
enum class Emit { attn, tile, launch, llvm, object, library, jit, assembly, image };

} // namespace attn

#endif // ATTN_EMIT_H
