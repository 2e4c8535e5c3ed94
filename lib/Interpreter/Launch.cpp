// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries: the contract's checks and shapes, and the kernels, workspace and fills of the body.
#include "lib/Interpreter/Machine.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

//===- ops of a body ------------------------------------------------------===//

/// A kernel that has become a function is run by whoever asked for that.
static LogicalResult runFunction(Machine &machine, launch::KernelOp launch, Operation *function) {
  SmallVector<Buffer> arguments;
  for (Value argument : launch.getArguments()) {
    if (isa<MemRefType>(argument.getType())) {
      arguments.push_back(machine.buffer(argument));
      continue;
    }
    const Tile &scalar = machine.tile(argument);
    arguments.push_back(Buffer(scalar.element, {}));
    arguments.back().memory->copy(0, scalar, 0);
  }
  if (llvm::Error error = machine.options.runFunction(function, machine.integers(launch.getGrid()), arguments))
    return machine.fail(launch, "failed: " + llvm::toString(std::move(error)));
  return success();
}

static LogicalResult runLaunch(Machine &machine, Operation *op) {
  auto launch = cast<launch::KernelOp>(op);
  if (!op->getParentOfType<launch::EntryOp>())
    return machine.fail(op, "expects to be started by an entry");
  Operation *callee = SymbolTable::lookupNearestSymbolFrom(op, launch.getCalleeAttr());
  auto kernel = dyn_cast_or_null<tile::KernelOp>(callee);
  if (callee && !kernel && machine.options.runFunction)
    return runFunction(machine, launch, callee);
  if (!kernel)
    return machine.fail(op, "expects @" + launch.getCallee() + " to be a tile.kernel");
  machine.move(launch.getArguments(), ValueRange(kernel.getGridArguments()));
  machine.move(launch.getArguments(), ValueRange(kernel.getBodyArguments()));
  return runGrid(machine, kernel, machine.integers(launch.getGrid()));
}

/// A planned piece is aligned, lies inside the workspace and apart from the others.
static LogicalResult checkPiece(Machine &machine, launch::WorkspaceOp workspace, int64_t bytes) {
  int64_t begin = machine.integer(workspace.getOffset()), end = begin + bytes;
  if (begin < 0 || begin % 64 || !machine.workspaceBytes || end > *machine.workspaceBytes)
    return machine.fail(workspace, "expects " + Twine(bytes) + " bytes at a multiple of 64 inside the workspace's " +
                                       Twine(machine.workspaceBytes.value_or(0)) + ", but got offset " + Twine(begin));
  for (auto &[other, piece] : machine.pieces)
    if (other != workspace && begin < piece.end && piece.begin < end)
      return machine.fail(workspace, "expects a piece apart from the others, but [" + Twine(begin) + ", " +
                                         Twine(end) + ") meets [" + Twine(piece.begin) + ", " + Twine(piece.end) +
                                         ")");
  machine.pieces[workspace] = {begin, end};
  return success();
}

/// Every piece gets memory of its own, planned or not.
static LogicalResult runWorkspace(Machine &machine, Operation *op) {
  auto workspace = cast<launch::WorkspaceOp>(op);
  auto type = cast<MemRefType>(workspace.getMemref().getType());
  SmallVector<int64_t, 4> sizes = machine.integers(workspace.getSizes()), shape;
  constexpr int64_t limit = int64_t(1) << 32;
  int64_t count = 1, dynamic = 0;
  for (int64_t extent : type.getShape()) {
    shape.push_back(ShapedType::isDynamic(extent) ? sizes[dynamic++] : extent);
    if (shape.back() < 0 || llvm::MulOverflow(count, shape.back(), count) || count > limit)
      return machine.fail(op, "expects extents of at most " + Twine(limit) + " elements, but got an extent of " +
                                  Twine(shape.back()));
  }
  Element element = *elementOf(type);
  if (workspace.getOffset() && failed(checkPiece(machine, workspace, count * ((bitWidth(element) + 7) / 8))))
    return failure();
  machine.bindDatum(workspace.getMemref(), Buffer(element, shape));
  return success();
}

static LogicalResult runFill(Machine &machine, Operation *op) {
  auto fill = cast<launch::FillOp>(op);
  machine.buffer(fill.getTarget()).fill(machine.tile(fill.getValue()));
  return success();
}

//===- ops of a contract --------------------------------------------------===//

static bool holds(launch::Relation relation, int64_t left, int64_t right) {
  switch (relation) {
  case launch::Relation::eq:
    return left == right;
  case launch::Relation::le:
    return left <= right;
  case launch::Relation::lt:
    return left < right;
  case launch::Relation::multiple_of:
    return right > 0 ? left % right == 0 : left == 0;
  }
  return false;
}

static LogicalResult runCheck(Machine &machine, Operation *op) {
  auto check = cast<launch::CheckOp>(op);
  int64_t left = machine.integer(check.getLeft()), right = machine.integer(check.getRight());
  if (holds(check.getRelation(), left, right))
    return success();
  return machine.fail(op, check.getMessage() + ", but got " + Twine(left) + " and " + Twine(right));
}

/// Promises about values are the caller's; every access is checked when it happens.
static LogicalResult runExpect(Machine &, Operation *) { return success(); }

void attn::interpreter::addLaunchOps(HandlerTable &table) {
  table["launch.kernel"] = runLaunch;
  table["launch.workspace"] = runWorkspace;
  table["launch.fill"] = runFill;
  table["launch.check"] = runCheck;
  table["launch.expect"] = runExpect;
}

//===- entries ------------------------------------------------------------===//

using Shapes = std::vector<std::vector<int64_t>>;

static LogicalResult bindAll(Machine &machine, launch::EntryOp entry, ValueRange values, ArrayRef<Buffer> buffers,
                             StringRef kind, unsigned firstName) {
  if (buffers.size() != values.size())
    return machine.fail(entry, "expects " + Twine(values.size()) + " " + kind + "s, but got " + Twine(buffers.size()));
  for (auto [number, buffer] : llvm::enumerate(buffers)) {
    std::string what = (kind + " '" + entry.getArgumentName(firstName + number) + "'").str();
    if (failed(machine.bindArgument(entry, values[number], buffer, what)))
      return failure();
  }
  return success();
}

/// Runs the contract, whose arguments it binds.
static FailureOr<Shapes> runContract(Machine &machine, launch::EntryOp entry, ArrayRef<Buffer> arguments) {
  // Broken IR would break the interpreter; the verifier reports through the context's handler.
  Operation *module = entry->getParentOp() ? entry->getParentOp() : entry.getOperation();
  if (failed(verify(module)))
    return machine.fail(entry, "does not verify");
  if (failed(bindAll(machine, entry, ValueRange(entry.getContractArguments()), arguments, "argument", 0)) ||
      failed(machine.run(entry.getContract().front())))
    return failure();
  auto yield = cast<launch::YieldOp>(entry.getContract().front().getTerminator());
  SmallVector<int64_t, 4> extents = machine.integers(yield.getShapes());
  if (yield.getWorkspace())
    machine.workspaceBytes = machine.integer(yield.getWorkspace());
  Shapes shapes;
  size_t next = 0;
  for (Value result : entry.getBodyResults()) {
    size_t rank = cast<MemRefType>(result.getType()).getRank();
    shapes.emplace_back(extents.begin() + next, extents.begin() + next + rank);
    next += rank;
  }
  return shapes;
}

static LogicalResult runBody(Machine &machine, launch::EntryOp entry, ArrayRef<Buffer> arguments,
                             ArrayRef<Buffer> results) {
  FailureOr<Shapes> shapes = runContract(machine, entry, arguments);
  unsigned count = entry.getNumArguments();
  if (failed(shapes) ||
      failed(bindAll(machine, entry, ValueRange(entry.getBodyArguments()), arguments, "argument", 0)) ||
      failed(bindAll(machine, entry, ValueRange(entry.getBodyResults()), results, "result", count)))
    return failure();
  for (auto [number, shape] : llvm::enumerate(*shapes))
    for (auto [dim, extent] : llvm::enumerate(shape))
      if (results[number].shape[dim] != extent)
        return machine.fail(entry, "result '" + entry.getArgumentName(count + number) + "' expects dim " + Twine(dim) +
                                       " to be " + Twine(extent) + ", but got " + Twine(results[number].shape[dim]));
  return machine.run(entry.getBody().front());
}

llvm::Expected<Shapes> attn::interpreter::resultShapes(launch::EntryOp entry, ArrayRef<Buffer> arguments,
                                                       const Options &options) {
  Machine machine(options);
  FailureOr<Shapes> shapes = runContract(machine, entry, arguments);
  if (failed(shapes))
    return machine.takeError();
  return *shapes;
}

llvm::Error attn::interpreter::runEntry(launch::EntryOp entry, ArrayRef<Buffer> arguments, ArrayRef<Buffer> results,
                                        const Options &options) {
  Machine machine(options);
  if (succeeded(runBody(machine, entry, arguments, results)))
    return llvm::Error::success();
  return machine.takeError();
}
