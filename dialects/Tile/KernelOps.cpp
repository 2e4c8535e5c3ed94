// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form and verifiers of kernel and yield.
#include "dialects/Tile/TileOps.h"
#include "dialects/Tile/Verifiers.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace attn::tile;

//===- kernel: text -------------------------------------------------------===//

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  SmallVector<OpAsmParser::Argument> arguments, point;
  StringRef visibility;
  if (succeeded(parser.parseOptionalKeyword(&visibility, {"public", "private", "nested"})))
    result.getOrAddProperties<Properties>().sym_visibility = parser.getBuilder().getStringAttr(visibility);
  if (parser.parseSymbolName(name) ||
      parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren, /*allowType=*/true, /*allowAttrs=*/false))
    return failure();
  SMLoc attributesLoc = parser.getCurrentLocation();
  auto emitError = [&] { return parser.emitError(attributesLoc); };
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      failed(verifyInherentAttrs(result.name, result.attributes, emitError)))
    return failure();
  for (StringRef own : {"sym_name", "sym_visibility"})
    if (result.attributes.get(own))
      return emitError() << "expects no '" << own << "' in the attribute dictionary";
  result.getOrAddProperties<Properties>().sym_name = name;

  // The isolated regions name the same arguments.
  Region *grid = result.addRegion();
  Region *body = result.addRegion();
  if (parser.parseKeyword("grid") || parser.parseRegion(*grid, arguments, /*enableNameShadowing=*/true) ||
      parser.parseKeyword("body"))
    return failure();
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseArgumentList(point, OpAsmParser::Delimiter::Paren))
    return failure();
  if (point.size() != gridRank)
    return parser.emitError(loc) << "expects body to name " << gridRank << " grid dims, but got " << point.size();
  for (OpAsmParser::Argument &argument : point) {
    argument.type = parser.getBuilder().getIndexType();
    arguments.push_back(argument);
  }
  return parser.parseRegion(*body, arguments, /*enableNameShadowing=*/true);
}

void KernelOp::print(OpAsmPrinter &printer) {
  if (auto visibility = getSymVisibility())
    printer << ' ' << *visibility;
  printer << ' ';
  printer.printSymbolName(getSymName());
  auto arguments = getBodyArguments();
  auto point = getPoint();
  printer << '(';
  llvm::interleaveComma(arguments, printer, [&](BlockArgument argument) { printer.printRegionArgument(argument); });
  printer << ')';
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                           {getSymNameAttrName(), getSymVisibilityAttrName()});
  printer.printNewline();
  printer << "grid ";
  printer.shadowRegionArgs(getGrid(), ValueRange(arguments));
  printer.printRegion(getGrid(), /*printEntryBlockArgs=*/false);
  printer << " body(";
  llvm::interleaveComma(point, printer, [&](BlockArgument argument) {
    printer.printRegionArgument(argument, /*argAttrs=*/{}, /*omitType=*/true);
  });
  printer << ") ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

//===- kernel: access and verification ------------------------------------===//

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, TypeRange arguments) {
  state.getOrAddProperties<Properties>().sym_name = builder.getStringAttr(name);
  SmallVector<Location> locations(arguments.size(), state.location);
  Block *grid = &state.addRegion()->emplaceBlock();
  Block *body = &state.addRegion()->emplaceBlock();
  grid->addArguments(arguments, locations);
  body->addArguments(arguments, locations);
  for (unsigned d = 0; d < gridRank; ++d)
    body->addArgument(builder.getIndexType(), state.location);
}

Block::BlockArgListType KernelOp::getGridArguments() { return getGrid().getArguments(); }

Block::BlockArgListType KernelOp::getBodyArguments() { return getBody().getArguments().drop_back(gridRank); }

Block::BlockArgListType KernelOp::getPoint() { return getBody().getArguments().take_back(gridRank); }

SmallVector<Type> KernelOp::getArgumentTypes() { return llvm::to_vector(getGrid().getArgumentTypes()); }

SmallVector<Type> KernelOp::getLaunchArgumentTypes() { return getArgumentTypes(); }

SmallVector<Value> KernelOp::emitGrid(OpBuilder &builder, Location loc, ValueRange operands) {
  IRMapping mapping;
  mapping.map(getGridArguments(), operands);
  for (Operation &op : getGrid().front().without_terminator())
    builder.clone(op, mapping);
  return llvm::map_to_vector(getGrid().front().getTerminator()->getOperands(),
                             [&](Value extent) { return mapping.lookupOrDefault(extent); });
}

BlockArgument KernelOp::addArgument(Type type, Location loc) {
  unsigned position = getNumKernelArguments();
  getGrid().addArgument(type, loc);
  return getBody().insertArgument(position, type, loc);
}

LogicalResult KernelOp::verify() {
  auto isArgument = [](Type type) { return isa<MemRefType, IndexType, IntegerType, FloatType>(type); };
  for (auto [number, type] : llvm::enumerate(getGrid().getArgumentTypes()))
    if (!isArgument(type))
      return emitOpError() << "expects argument " << number << " to be a memref, index, integer or float, but got "
                           << type;
  unsigned expected = getNumKernelArguments() + gridRank;
  if (getBody().getNumArguments() != expected)
    return emitOpError() << "expects body to have " << expected << " arguments, but got "
                         << getBody().getNumArguments();
  for (auto [number, types] : llvm::enumerate(llvm::zip(getGrid().getArgumentTypes(), getBody().getArgumentTypes())))
    if (std::get<0>(types) != std::get<1>(types))
      return emitOpError() << "expects grid and body to agree on argument " << number << ", but got "
                           << std::get<0>(types) << " and " << std::get<1>(types);
  for (BlockArgument coordinate : getPoint())
    if (!coordinate.getType().isIndex())
      return emitOpError() << "expects the body's last " << gridRank << " arguments to be index, but got "
                           << coordinate.getType();
  if (Attribute persistent = (*this)->getAttr(kPersistent); persistent && !isa<BoolAttr>(persistent))
    return emitOpError() << "expects '" << kPersistent << "' to be true or false, but got " << persistent;
  return success();
}

/// Reports the first value in the region that is a tensor but no tile. The grid has no tiles either.
static LogicalResult verifyTiles(Region &region, bool isGrid) {
  auto check = [&](Location loc, TypeRange types) -> LogicalResult {
    for (Type type : types) {
      if (isGrid && isa<TensorType>(type))
        return emitError(loc) << "expects no tensor in the grid of a tile.kernel, but got " << type;
      if (isa<TensorType>(type) && !isTile(type))
        return emitError(loc) << "expects every tensor in a tile.kernel to be a static rank-2 tile, but got " << type;
    }
    return success();
  };
  WalkResult walk = region.walk([&](Operation *op) -> WalkResult {
    if (failed(check(op->getLoc(), op->getResultTypes())))
      return WalkResult::interrupt();
    for (Region &nested : op->getRegions())
      for (Block &block : nested)
        if (failed(check(op->getLoc(), block.getArgumentTypes())))
          return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

LogicalResult KernelOp::verifyRegions() {
  auto gridEnd = dyn_cast<YieldOp>(getGrid().front().getTerminator());
  auto bodyEnd = dyn_cast<YieldOp>(getBody().front().getTerminator());
  if (!gridEnd || !bodyEnd)
    return emitOpError() << "expects grid and body to end with tile.yield, but got "
                         << (gridEnd ? getBody() : getGrid()).front().getTerminator()->getName();
  auto isIndex = [](Type type) { return type.isIndex(); };
  if (gridEnd.getNumOperands() != gridRank || !llvm::all_of(gridEnd.getOperandTypes(), isIndex))
    return gridEnd.emitOpError() << "expects the grid to yield " << gridRank << " index values, but got ("
                                 << gridEnd.getOperandTypes() << ")";
  if (bodyEnd.getNumOperands() != 0)
    return bodyEnd.emitOpError() << "expects the body to yield nothing, but got " << bodyEnd.getNumOperands()
                                 << " values";
  if (failed(verifyTiles(getGrid(), /*isGrid=*/true)) || failed(verifyTiles(getBody(), /*isGrid=*/false)))
    return failure();
  return verifyFlow(*this);
}
