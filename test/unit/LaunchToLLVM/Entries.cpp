// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The module under test and the way from it to the runtime.
#include "test/unit/LaunchToLLVM/Entries.h"

#include "lib/Conversion/LaunchToLLVM/LaunchToLLVM.h"
#include "lib/Target/CPU/Pipeline.h"
#include "lib/Pipelines/Registration.h"
#include "lib/Transforms/Launch/Passes.h"
#include "mlir/Parser/Parser.h"

namespace attn::test {

const char *const entries = R"(
!rows = memref<?x8xf32, strided<[?, 1], offset: ?>>
!one = memref<?xf64, strided<[1], offset: ?>>
!ints = memref<?xi32, strided<[1], offset: ?>>

func.func @scale(%src: !rows, %dst: !rows, %part: memref<?xf32>, %by: f32, %x: index, %y: index, %z: index,
                 %scratch: memref<?xi8>) attributes {launch.kernel, launch.scratch = 256 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %n = memref.dim %part, %c0 : memref<?xf32>
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> f32 {
    %p = memref.load %part[%i] : memref<?xf32>
    %t = arith.addf %s, %p : f32
    scf.yield %t : f32
  }
  %kept = memref.view %scratch[%c0][] : memref<?xi8> to memref<1xf32>
  memref.store %sum, %kept[%c0] : memref<1xf32>
  %m = memref.dim %src, %c0 : !rows
  %lo = arith.muli %x, %c4 : index
  %past = arith.addi %lo, %c4 : index
  %hi = arith.minsi %past, %m : index
  scf.for %i = %lo to %hi step %c1 {
    scf.for %j = %c0 to %c8 step %c1 {
      %v = memref.load %src[%i, %j] : !rows
      %w = arith.mulf %v, %by : f32
      %add = memref.load %kept[%c0] : memref<1xf32>
      %o = arith.addf %w, %add : f32
      memref.store %o, %dst[%i, %j] : !rows
    }
  }
  return
}
launch.entry @scaled(%x: !rows, %n: index, %by: f32) results(%o: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %m = memref.dim %x, %c0 : !rows
  launch.check le %n, %m, "expected 'n' to be at most the rows of 'x'"
  launch.yield shapes(%m, %c8)
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %half = arith.constant 0.5 : f32
  %m = memref.dim %x, %c0 : !rows
  %minus = arith.constant -1 : i8
  %before = launch.workspace(%m) : memref<?x3xi8>
  %w = launch.workspace(%n) : memref<?xf32>
  launch.fill %w, %half : memref<?xf32>, f32
  launch.fill %before, %minus : memref<?x3xi8>, i8
  %gx = arith.ceildivui %m, %c4 : index
  launch.kernel @scale grid(%gx, %c1, %c1) (%x, %o, %w, %by) : !rows, !rows, memref<?xf32>, f32
  launch.return
}

func.func @take(%flag: i1, %b: bf16, %small: i32, %d: f64, %on: memref<?xi8, strided<[1], offset: ?>>, %o: !one,
                %x: index, %y: index, %z: index, %scratch: memref<?xi8>) attributes {launch.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %0 = arith.uitofp %flag : i1 to f64
  %1 = arith.extf %b : bf16 to f64
  %2 = arith.sitofp %small : i32 to f64
  %byte = memref.load %on[%c1] : memref<?xi8, strided<[1], offset: ?>>
  %4 = arith.sitofp %byte : i8 to f64
  memref.store %0, %o[%c0] : !one
  memref.store %1, %o[%c1] : !one
  memref.store %2, %o[%c2] : !one
  memref.store %d, %o[%c3] : !one
  memref.store %4, %o[%c4] : !one
  return
}
launch.entry @typed(%flag: i1, %b: bf16, %small: i32, %d: f64, %on: memref<?xi8, strided<[1], offset: ?>>)
    results(%o: !one)
contract {
  %c5 = arith.constant 5 : index
  launch.expect %on boolean : memref<?xi8, strided<[1], offset: ?>>
  launch.yield shapes(%c5)
} body {
  %c1 = arith.constant 1 : index
  launch.kernel @take grid(%c1, %c1, %c1) (%flag, %b, %small, %d, %on, %o)
      : i1, bf16, i32, f64, memref<?xi8, strided<[1], offset: ?>>, !one
  launch.return
}

func.func @any(%o: !ints, %x: index, %y: index, %z: index, %scratch: memref<?xi8>) attributes {launch.kernel} {
  %c0 = arith.constant 0 : index
  %v = arith.constant 0 : i32
  memref.store %v, %o[%c0] : !ints
  return
}
func.func @better(%o: !ints, %x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.variant_of = @any, launch.cpu_level = 2 : i64, launch.scratch = 64 : i64} {
  %c0 = arith.constant 0 : index
  %v = arith.constant 2 : i32
  memref.store %v, %o[%c0] : !ints
  return
}
launch.entry @level() results(%o: !ints)
contract {
  %c1 = arith.constant 1 : index
  launch.yield shapes(%c1)
} body {
  %c1 = arith.constant 1 : index
  launch.kernel @any grid(%c1, %c1, %c1) (%o) : !ints
  launch.return
}

func.func @multiply(%o: memref<f32>, %x: f32, %i: index, %j: index, %k: index, %scratch: memref<?xi8>)
    attributes {launch.kernel} {
  %v = memref.load %o[] : memref<f32>
  %w = arith.mulf %v, %x : f32
  memref.store %w, %o[] : memref<f32>
  return
}
func.func @set(%o: memref<f32>, %x: f32, %i: index, %j: index, %k: index, %scratch: memref<?xi8>)
    attributes {launch.kernel} {
  memref.store %x, %o[] : memref<f32>
  return
}
launch.entry @repeated(%n: index, %x: f32) results(%o: memref<f32>)
contract { launch.yield shapes() } body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %two = arith.constant 2.0 : f32
  %three = arith.constant 3.0 : f32
  launch.kernel @set grid(%c1, %c1, %c1) (%o, %x) : memref<f32>, f32
  scf.for %i = %c0 to %n step %c1 {
    launch.kernel @multiply grid(%c1, %c1, %c1) (%o, %two) : memref<f32>, f32
  }
  %none = arith.cmpi eq, %n, %c0 : index
  scf.if %none {
    launch.kernel @multiply grid(%c1, %c1, %c1) (%o, %three) : memref<f32>, f32
  }
  %big = arith.constant 1000 : index
  %wrong = arith.cmpi sgt, %n, %big : index
  scf.if %wrong {
    %minus = arith.constant -1 : index
    launch.kernel @multiply grid(%minus, %c1, %c1) (%o, %three) : memref<f32>, f32
    launch.kernel @set grid(%c1, %c1, %c1) (%o, %three) : memref<f32>, f32
  }
  launch.return
}

launch.entry @listed(%counts: memref<?x?xi32, strided<[?, 1], offset: ?>>,
                     %indices: memref<?x?x?xi32, strided<[?, ?, 1], offset: ?>>, %cu: !ints, %n: index)
contract {
  %c2 = arith.constant 2 : index
  %l = memref.dim %indices, %c2 : memref<?x?x?xi32, strided<[?, ?, 1], offset: ?>>
  launch.expect %counts lengths bound(%l) : memref<?x?xi32, strided<[?, 1], offset: ?>>
  launch.expect %indices indices(%counts) bound(%n) : memref<?x?x?xi32, strided<[?, ?, 1], offset: ?>>,
      memref<?x?xi32, strided<[?, 1], offset: ?>>
  launch.expect %cu cumulative bound(%n) : !ints
  launch.yield shapes()
} body {
  launch.return
}

!wide = memref<?x?x?x?x?x?x?x?xf32, strided<[?, ?, ?, ?, ?, ?, ?, 1], offset: ?>>
launch.entry @formulas(%a: index, %b: i32) results(%o: !wide, %p: !wide)
contract {
  %c3 = arith.constant 3 : index
  %n = arith.index_cast %b : i32 to index
  %0 = arith.divsi %a, %c3 : index
  %1 = arith.remsi %a, %c3 : index
  %2 = arith.floordivsi %a, %c3 : index
  %3 = arith.ceildivsi %a, %c3 : index
  %4 = arith.minsi %a, %n : index
  %5 = arith.maxsi %a, %n : index
  %greater = arith.cmpi sgt, %a, %n : index
  %nonzero = arith.cmpi ne, %a, %c3 : index
  %both = arith.andi %greater, %nonzero : i1
  %either = arith.ori %greater, %nonzero : i1
  %one = arith.xori %greater, %nonzero : i1
  %6 = arith.select %both, %a, %n : index
  %7 = arith.select %either, %a, %n : index
  %8 = arith.select %one, %a, %n : index
  %9 = arith.subi %a, %n : index
  %10 = arith.muli %a, %n : index
  %11 = arith.divui %n, %c3 : index
  %12 = arith.remui %n, %c3 : index
  %13 = arith.ceildivui %n, %c3 : index
  %atLeast = arith.cmpi sge, %a, %n : index
  %14 = arith.select %atLeast, %c3, %n : index
  %atMost = arith.cmpi ule, %a, %n : index
  %15 = arith.extui %atMost : i1 to i64
  %16 = arith.index_cast %15 : i64 to index
  launch.yield shapes(%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %16)
} body {
  launch.return
}
)";

Library::Library(const char *driver, const std::string &source) {
  mlir::DialectRegistry registry;
  attn::registerAttnDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  attn::Compiler compiler(context);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context, "entries.mlir");
  attn::CPUOptions options;
  llvm::Expected<attn::cpu::CPUTarget> target = attn::cpu::describeTarget("native");
  if (!module || !target) {
    error = target ? "the source does not parse" : llvm::toString(target.takeError());
    return;
  }
  options.target = *target;
  mlir::PassManager passes(&context);
  passes.addPass(attn::launch::createInlineGridsPass());
  passes.addPass(attn::launch::createPlanWorkspacePass());
  attn::LaunchToLLVMOptions launch;
  launch.producer = "a test";
  launch.source = source;
  passes.addPass(attn::createLaunchToLLVMPass(launch));
  attn::buildVectorToLLVMPipeline(passes, options);
  if (failed(passes.run(*module))) {
    error = "the passes failed";
    return;
  }
  llvm::Expected<attn::Executable> compiled = compiler.compile(*module, {});
  if (!compiled) {
    error = llvm::toString(compiled.takeError());
    return;
  }
  code = std::make_unique<attn::Executable>(std::move(*compiled));
  if (attn_context_create(driver, &this->context) ||
      attn_library_open_manifest(this->context, code->manifest(), &library))
    error = attn_last_message(this->context);
}

Library::~Library() {
  attn_library_close(library);
  attn_context_destroy(context);
}

attn_status call(Library &library, const char *name, std::vector<const DLTensor *> arguments,
                 std::vector<DLTensor *> results) {
  attn_entry *entry = nullptr;
  if (attn_status status = attn_library_find(library.context, library.library, name, &entry))
    return status;
  return attn_call(library.context, entry, arguments.data(), arguments.size(), results.data(), results.size(), nullptr,
                   0, nullptr);
}

std::vector<int64_t> shapeOf(Library &library, const char *name, std::vector<const DLTensor *> arguments, size_t rank,
                             size_t result) {
  attn_entry *entry = nullptr;
  std::vector<int64_t> shape(rank);
  if (attn_library_find(library.context, library.library, name, &entry) ||
      attn_result_shape(library.context, entry, arguments.data(), arguments.size(), result, shape.data(), rank))
    return {};
  return shape;
}

} // namespace attn::test
