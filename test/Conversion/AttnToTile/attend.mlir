// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One online pass over the listed key blocks; the mask only where a block is partial.
// RUN: attn-opt --attn-to-tile --canonicalize --cse %s 2>&1 | FileCheck %s
// RUN: attn-opt --attn-to-tile="rows=32 cols=128" %s 2>&1 | FileCheck %s --check-prefix=PINNED

!tokens = tensor<?x?x?x64xf32>

// CHECK: remark: [attn-to-tile] rows = 96, cols = 256: keys and values
// PINNED: remark: [attn-to-tile] rows = 32, cols = 128: pinned

// CHECK-LABEL: tile.kernel @causal_attend
// CHECK-SAME: %[[Q:.*]]: memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>, %[[K:[^:]*]]: {{.*}}
// CHECK: grid
// CHECK: arith.ceildivui
// CHECK: tile.yield
// CHECK: body(%[[X:.*]], %[[H:.*]], %[[B:.*]]) {
// CHECK: %[[LOWEST:.*]] = arith.constant dense<0xFF800000> : tensor<96x256xf32>
// CHECK: %[[SHIFT:.*]] = arith.subi
// CHECK: tile.iota %{{.*}} dim 0 : tensor<96x1xi32>
// CHECK: %[[LIST:.*]] = tile.list (%{{.*}}, %[[DIAGONAL:.*]], full), (%[[DIAGONAL]], %{{.*}}, partial) : <ranges>
// CHECK: %[[QUERIES:.*]] = tile.load %{{.*}}[%[[B]], %[[H]], %{{.*}}, %{{.*}}] dims = [2, 3]
// CHECK: %[[GROUP:.*]] = arith.divui
// CHECK: %[[HK:.*]] = arith.divui %[[H]], %[[GROUP]]
// CHECK: scf.for
// CHECK:   %{{.*}}, %[[PARTIAL:.*]] = tile.entry %[[LIST]]
// CHECK:   tile.load %{{.*}}[%[[B]], %[[HK]], %{{.*}}] dims = [2, 3] : {{.*}} -> tensor<256x64xf32>
// CHECK:   %[[DOT:.*]] = tile.mma %[[QUERIES]], %{{.*}} {transB}
// CHECK:   %[[SCALED:.*]] = arith.mulf %[[DOT]]
// CHECK:   %[[SCORE:.*]] = scf.if %[[PARTIAL]]
// CHECK:     arith.cmpi slt
// CHECK:     arith.cmpi sle
// CHECK:     arith.select %{{.*}}, %[[SCALED]], %[[LOWEST]]
// CHECK:   } else {
// CHECK:     scf.yield %[[SCALED]]
// CHECK:   tile.reduce max %[[SCORE]] dim 1
// CHECK:   %[[WEIGHT:.*]] = math.exp %{{.*}} : tensor<96x256xf32>
// CHECK:   tile.reduce add %[[WEIGHT]] dim 1
// CHECK:   %[[VALUES:.*]] = tile.load {{.*}} bounds(
// CHECK:   tile.mma %[[WEIGHT]], %[[VALUES]], %{{.*}}
// CHECK: tile.store {{.*}} dims = [2, 3]
// CHECK: math.log
// CHECK: tile.store {{.*}} dims = [2, -1]

// CHECK-LABEL: launch.entry @causal(%q: {{.*}}, %k: {{.*}}, %v: {{.*}}) results(%o: {{.*}}, %lse:
// CHECK: launch.check {{ *}}eq {{.*}} "expected the batch of 'k' to equal the batch of 'q'"
// CHECK: launch.check {{ *}}multiple_of {{.*}} "expected the heads of 'q' to be a multiple of the heads of 'k'"
// CHECK: launch.check {{ *}}eq {{.*}} "expected the tokens of 'v' to equal the tokens of 'k'"
// CHECK: launch.yield shapes(
// CHECK: launch.kernel @causal_attend(%q, %k, %v, %o, %lse)
func.func @causal(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, tensor<?x?x?xf32>)
    attributes {arg_names = ["q", "k", "v", "o", "lse"]} {
  %mask = attn.causal
  %o, %lse = attn.attend terms(%q, %k) values(%v) mask(%mask) normalize softmax domain(align = bottom_right)
      results(output, lse) : (!tokens, !tokens, !tokens, !attn.mask) -> (!tokens, tensor<?x?x?xf32>)
  return %o, %lse : !tokens, tensor<?x?x?xf32>
}

// Without a mask only the last block is partial; 16-bit weights meet 16-bit values.
// CHECK-LABEL: tile.kernel @stored_bf16_attend
// CHECK: %[[WHOLE:.*]] = arith.divui %{{.*}}, %c512
// CHECK: tile.list (%c0, %{{.*}}, full), (%{{.*}}, %{{.*}}, partial) : <ranges>
// CHECK: tile.mma {{.*}} {transB} : tensor<96x64xbf16>, tensor<512x64xbf16> -> tensor<96x512xf32>
// CHECK: arith.truncf %{{.*}} : tensor<96x512xf32> to tensor<96x512xbf16>
// CHECK: tile.mma {{.*}} : tensor<96x512xbf16>, tensor<512x32xbf16>, tensor<96x32xf32> -> tensor<96x32xf32>
// CHECK: arith.truncf %{{.*}} : tensor<96x32xf32> to tensor<96x32xbf16>
func.func @stored_bf16(%q: tensor<?x?x?x64xbf16>, %k: tensor<?x?x?x64xbf16>, %v: tensor<?x?x?x32xbf16>)
    -> tensor<?x?x?x32xbf16> {
  %o = attn.attend terms(%q, %k) values(%v) normalize softmax domain(align = top_left) results(output)
    : (tensor<?x?x?x64xbf16>, tensor<?x?x?x64xbf16>, tensor<?x?x?x32xbf16>) -> tensor<?x?x?x32xbf16>
  return %o : tensor<?x?x?x32xbf16>
}

// The score region on tiles: a scalar load before the loop, positions as i32.
// CHECK-LABEL: tile.kernel @region_attend
// CHECK: %[[SLOPE:.*]] = memref.load
// CHECK: scf.for
// CHECK: math.tanh %{{.*}} : tensor<96x512xf32>
// CHECK: %[[DISTANCE:.*]] = arith.subi %{{.*}}, %{{.*}} : tensor<96x512xi32>
// CHECK: arith.sitofp %[[DISTANCE]] : tensor<96x512xi32> to tensor<96x512xf32>
// CHECK: tensor.splat %[[SLOPE]] : tensor<96x512xf32>
// CHECK-LABEL: launch.entry @region
// CHECK: launch.check {{ *}}le {{.*}} "expected the heads of 'arg0' to be at most dim 0 of 'arg3'"
func.func @region(%q: !tokens, %k: !tokens, %v: !tokens, %slopes: tensor<?xf32>) -> !tokens {
  %o = attn.attend terms(%q, %k) values(%v) captures(%slopes) normalize softmax domain(align = bottom_right)
      results(output) : (!tokens, !tokens, !tokens, tensor<?xf32>) -> !tokens score {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xf32>):
    %t = attn.softcap %x, 5.000000e+01 : f32
    %d = attn.distance %j, %i : f32
    %slope = attn.lookup %m[%h] : !attn.captured<?xf32>
    %bias = arith.mulf %slope, %d : f32
    %y = arith.addf %t, %bias : f32
    attn.yield %y : f32
  }
  return %o : !tokens
}
