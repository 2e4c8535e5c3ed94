// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds the launch.entry of a function: types, names, checks, result shapes, workspace.
#include "lib/Conversion/AttnToTile/Entry.h"
#include "dialects/Attn/AttnOps.h"
#include "lib/Conversion/AttnToTile/Elements.h"
#include "lib/Conversion/AttnToTile/HostNumbers.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

MemRefType totile::bufferType(RankedTensorType tensor) {
  Type element = tensor.getElementType();
  if (element.isInteger(1))
    element = IntegerType::get(element.getContext(), 8);
  if (tensor.getRank() == 0)
    return MemRefType::get({}, element);
  SmallVector<int64_t> strides(tensor.getRank(), ShapedType::kDynamic);
  strides.back() = 1;
  return MemRefType::get(tensor.getShape(), element,
                         StridedLayoutAttr::get(tensor.getContext(), ShapedType::kDynamic, strides));
}

bool totile::isArgument(Value tensor) { return isa<BlockArgument>(tensor); }

//===-- signature -----------------------------------------------------------------------------------------------===//

/// What an argument is called: its name location, or else its number.
static std::string argumentName(func::FuncOp function, unsigned number) {
  if (auto names = function->getAttrOfType<ArrayAttr>("arg_names"); names && number < names.size())
    if (auto name = dyn_cast<StringAttr>(names[number]))
      return name.str();
  if (auto name = function.getArgument(number).getLoc()->findInstanceOf<NameLoc>())
    return name.getName().str();
  return "arg" + std::to_string(number);
}

static std::string resultName(func::FuncOp function, unsigned number) {
  unsigned place = function.getNumArguments() + number;
  if (auto names = function->getAttrOfType<ArrayAttr>("arg_names"); names && place < names.size())
    if (auto name = dyn_cast<StringAttr>(names[place]))
      return name.str();
  return "result" + std::to_string(number);
}

static LogicalResult verifySignature(func::FuncOp function) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError() << "expects a body of one block to make an entry of";
  Operation *end = function.front().getTerminator();
  for (auto [number, value] : llvm::enumerate(end->getOperands())) {
    if (!isa<RankedTensorType>(value.getType()))
      return end->emitError() << "expects result #" << number << " to be a tensor, but got " << value.getType();
  }
  for (BlockArgument argument : function.getArguments())
    if (!isa<RankedTensorType>(argument.getType()) && !argument.getType().isIntOrIndexOrFloat())
      return function.emitError() << "expects argument '" << argumentName(function, argument.getArgNumber())
                                  << "' to be a tensor or a scalar, but got " << argument.getType();
  return success();
}

FailureOr<EntryBuilder> EntryBuilder::create(func::FuncOp function) {
  if (failed(verifySignature(function)))
    return failure();
  SmallVector<Type> arguments, results;
  SmallVector<std::string> names;
  for (BlockArgument argument : function.getArguments()) {
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    arguments.push_back(tensor ? bufferType(tensor) : argument.getType());
    names.push_back(argumentName(function, argument.getArgNumber()));
  }
  for (auto [number, value] : llvm::enumerate(function.front().getTerminator()->getOperands())) {
    results.push_back(bufferType(cast<RankedTensorType>(value.getType())));
    names.push_back(resultName(function, number));
  }
  OpBuilder builder(function);
  SmallVector<StringRef> nameRefs(names.begin(), names.end());
  auto entry =
      launch::EntryOp::create(builder, function.getLoc(), function.getSymName(), arguments, results, nameRefs);
  return EntryBuilder(function, entry);
}

EntryBuilder::EntryBuilder(func::FuncOp function, launch::EntryOp entry)
    : function(function), entry(entry), contract(OpBuilder::atBlockEnd(&entry.getContract().front())),
      body(OpBuilder::atBlockEnd(&entry.getBody().front())) {
  for (auto [argument, memref] : llvm::zip(function.getArguments(), entry.getBodyArguments()))
    buffers[argument] = memref;
  for (auto [tensor, memref] : llvm::zip(function.front().getTerminator()->getOperands(), entry.getBodyResults()))
    buffers[tensor] = memref;
  for (auto [argument, memref] : llvm::zip(function.getArguments(), entry.getContractArguments()))
    if (auto tensor = dyn_cast<RankedTensorType>(argument.getType()); tensor && tensor.getElementType().isInteger(1))
      launch::ExpectOp::create(contract, entry.getLoc(), memref, launch::Promise::boolean, Value(), Value());
}

//===-- buffers -------------------------------------------------------------------------------------------------===//

Value EntryBuilder::buffer(Value tensor) {
  Value &known = buffers[tensor];
  if (known)
    return known;
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> extents;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    extents.push_back(extent(body, tensor, dim));
  Value made = workspace(extents, bufferType(type).getElementType());
  return buffers[tensor] = made;
}

Value EntryBuilder::workspace(ArrayRef<Value> extents, Type element) {
  Location loc = entry.getLoc();
  SmallVector<int64_t> shape;
  SmallVector<Value> sizes;
  for (Value extent : extents) {
    APInt constant;
    bool isStatic = matchPattern(extent, m_ConstantInt(&constant));
    shape.push_back(isStatic ? constant.getSExtValue() : ShapedType::kDynamic);
    if (!isStatic)
      sizes.push_back(extent);
  }
  Value piece = launch::WorkspaceOp::create(body, loc, MemRefType::get(shape, element), sizes, Value());
  return memref::CastOp::create(body, loc, bufferType(RankedTensorType::get(shape, element)), piece);
}

Value EntryBuilder::extent(OpBuilder &at, Value tensor, unsigned dim) {
  IndexMath math{at, entry.getLoc()};
  int64_t size = cast<RankedTensorType>(tensor.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(size))
    return math.constant(size);
  if (auto argument = dyn_cast<BlockArgument>(tensor)) {
    bool inContract = at.getInsertionBlock()->getParent() == &entry.getContract();
    Region &region = inContract ? entry.getContract() : entry.getBody();
    return math.extent(region.getArgument(argument.getArgNumber()), dim);
  }
  if (auto merge = tensor.getDefiningOp<MergeOp>())
    return extent(at, merge.getParts().front(), dim);
  if (isTensorOp(tensor.getDefiningOp()))
    return tensorExtent(*this, at, tensor, dim);
  auto attend = cast<AttendOp>(tensor.getDefiningOp());
  if (dim < 2)
    return extent(at, attend.query(0), dim);
  if (dim == 3)
    return extent(at, attend.getValues(), dim);
  // The only result whose third extent is not the queries is a statistic of columns or diagonals.
  unsigned number = 0, place = cast<OpResult>(tensor).getResultNumber();
  for (AttendResult request : attend.requested()) {
    bool isPartial = request == AttendResult::Partial;
    unsigned count = isPartial ? attend.getNumResults() - (attend.requested().size() - 1) : 1;
    if (place < number + count) {
      if (request == AttendResult::ColumnSum)
        return extent(at, attend.key(0), 2);
      if (request == AttendResult::DiagonalSum)
        return math.max(math.sub(math.add(extent(at, attend.query(0), 2), extent(at, attend.key(0), 2)),
                                 math.constant(1)),
                        math.constant(0));
      break;
    }
    number += count;
  }
  return extent(at, attend.query(0), 2);
}

//===-- contract ------------------------------------------------------------------------------------------------===//

/// " at file:line:column", or nothing where the place is unknown.
static std::string placeText(Location loc) {
  auto place = loc->findInstanceOf<FileLineColLoc>();
  if (!place)
    return "";
  return (" at " + place.getFilename().getValue() + ":" + Twine(place.getLine()) + ":" + Twine(place.getColumn()))
      .str();
}

std::string EntryBuilder::nameOf(Value tensor) {
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    return entry.getArgumentName(argument.getArgNumber());
  Operation *op = tensor.getDefiningOp();
  std::string name = op->getName().getStringRef().str() + placeText(op->getLoc());
  if (op->getNumResults() == 1)
    return name;
  return "result #" + std::to_string(cast<OpResult>(tensor).getResultNumber()) + " of " + name;
}

std::string EntryBuilder::placeOf(Operation *op) {
  return (" in '" + op->getName().getStringRef() + "'" + placeText(op->getLoc())).str();
}

static StringRef relationText(launch::Relation relation) {
  switch (relation) {
  case launch::Relation::eq:
    return "equal";
  case launch::Relation::le:
    return "be at most";
  case launch::Relation::lt:
    return "be less than";
  case launch::Relation::multiple_of:
    return "be a multiple of";
  }
  return "";
}

void EntryBuilder::check(launch::Relation relation, Value leftTensor, unsigned leftDim, Value rightTensor,
                         unsigned rightDim, StringRef what) {
  bool isStatic = !cast<RankedTensorType>(leftTensor.getType()).isDynamicDim(leftDim) &&
                  !cast<RankedTensorType>(rightTensor.getType()).isDynamicDim(rightDim);
  if (isStatic || (leftTensor == rightTensor && leftDim == rightDim))
    return;
  Value left = extent(contract, leftTensor, leftDim), right = extent(contract, rightTensor, rightDim);
  if (isSameNumber(left, right))
    return;
  check(relation, left, right,
        "expected the " + what + " of '" + nameOf(leftTensor) + "' to " + relationText(relation) + " the " + what +
            " of '" + nameOf(rightTensor) + "'");
}

void EntryBuilder::check(launch::Relation relation, Value left, Value right, const Twine &message) {
  auto isStated = [&](launch::CheckOp known) {
    return known.getMessage() == message.str() && isSameNumber(known.getLeft(), left) &&
           isSameNumber(known.getRight(), right);
  };
  // One place in the source may stand for several, where a function was inlined.
  if (stated.insert(message.str()).second || llvm::none_of(entry.getContract().getOps<launch::CheckOp>(), isStated))
    launch::CheckOp::create(contract, entry.getLoc(), relation, left, right, message.str());
}

void EntryBuilder::expect(Value tensor, launch::Promise promise, Value bound, Value counts) {
  auto argument = dyn_cast<BlockArgument>(tensor);
  if (!argument || (counts && !isArgument(counts)))
    return;
  std::string key = std::to_string(argument.getArgNumber()) + "#" + std::to_string(static_cast<unsigned>(promise));
  if (!stated.insert(key).second)
    return;
  Value memref = entry.getContractArguments()[argument.getArgNumber()];
  if (counts)
    counts = entry.getContractArguments()[cast<BlockArgument>(counts).getArgNumber()];
  launch::ExpectOp::create(contract, entry.getLoc(), memref, promise, counts, bound);
}

//===-- kernels and the end -------------------------------------------------------------------------------------===//

tile::KernelOp EntryBuilder::addKernel(StringRef suffix, Location loc) {
  Operation *module = SymbolTable::getNearestSymbolTable(entry->getParentOp());
  std::string stem = (entry.getSymName() + "_" + suffix).str(), name = stem;
  for (unsigned n = 1; SymbolTable::lookupSymbolIn(module, name); ++n)
    name = stem + "_" + std::to_string(n);
  OpBuilder builder(entry);
  return tile::KernelOp::create(builder, loc, name, TypeRange());
}

void EntryBuilder::finish() {
  SmallVector<Value> shapes;
  for (Value tensor : function.front().getTerminator()->getOperands())
    for (int64_t dim = 0, rank = cast<RankedTensorType>(tensor.getType()).getRank(); dim < rank; ++dim)
      shapes.push_back(extent(contract, tensor, dim));
  launch::YieldOp::create(contract, entry.getLoc(), shapes, Value());
  launch::ReturnOp::create(body, entry.getLoc());
}
