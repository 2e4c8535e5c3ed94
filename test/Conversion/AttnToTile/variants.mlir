// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every file of the catalogue becomes tile programs.
// RUN: sh -c 'for file in %attn_src/lib/Variants/*.mlir; do \
// RUN:   attn-opt --attn-specialise="D=64 Dv=64" --attn-fuse --attn-to-tile --canonicalize --cse $file \
// RUN:     -o %t.mlir || { echo refused $file; exit 1; }; done'
