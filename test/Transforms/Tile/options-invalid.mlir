// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Options of passes are counts.
// RUN: not attn-opt %s --tile-split-rows="strip=0" 2>&1 | FileCheck %s --check-prefix=STRIP
// RUN: not attn-opt %s --tile-defer-reductions="width=0" 2>&1 | FileCheck %s --check-prefix=WIDTH
// RUN: not attn-opt %s --tile-insert-rings="depth=-1" 2>&1 | FileCheck %s --check-prefix=DEPTH
// RUN: not attn-opt %s --tile-prefetch="rows=-1" 2>&1 | FileCheck %s --check-prefix=FEW
// RUN: not attn-opt %s --tile-specialise="load-registers=-1" 2>&1 | FileCheck %s --check-prefix=LOAD
// RUN: not attn-opt %s --tile-specialise="math-registers=99999999" 2>&1 | FileCheck %s --check-prefix=MATH
// RUN: not attn-opt %s --tile-turn-narrow="columns=-2" 2>&1 | FileCheck %s --check-prefix=COLUMNS
// RUN: not attn-opt %s --tile-version-rows="most=-1" 2>&1 | FileCheck %s --check-prefix=MOST
// RUN: not attn-opt %s --tile-version-rows="sizes=4,0" 2>&1 | FileCheck %s --check-prefix=SIZES
// STRIP: error: expects the option strip in [1, 65536], but got 0
// WIDTH: error: expects the option width in [1, 65536], but got 0
// DEPTH: error: expects the option depth in [1, 1024], but got -1
// FEW: error: expects the option rows in [0, 65536], but got -1
// LOAD: error: expects the option load-registers in [0, 65536], but got -1
// MATH: error: expects the option math-registers in [0, 65536], but got 99999999
// COLUMNS: error: expects the option columns in [0, 65536], but got -2
// MOST: error: expects the option most in [0, 65536], but got -1
// SIZES: error: expects the option sizes in [1, 65536], but got 0
module {}
