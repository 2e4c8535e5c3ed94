// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form, names and verifiers of entry.
#include "dialects/Launch/LaunchOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace attn::launch;

//===- entry: names -------------------------------------------------------===//

std::string EntryOp::getArgumentName(unsigned number) {
  if (ArrayAttr names = getArgNamesAttr(); names && number < names.size())
    return cast<StringAttr>(names[number]).str();
  return "arg" + std::to_string(number);
}

void EntryOp::getAsmBlockArgumentNames(Region &region, OpAsmSetValueNameFn setName) {
  for (BlockArgument argument : region.getArguments())
    setName(argument, getArgumentName(argument.getArgNumber()));
}

/// Whether printed SSA names say the same as the attribute: each is an identifier and none occurs twice.
static bool areSsaNames(ArrayAttr names) {
  llvm::StringSet<> seen;
  auto isName = [&](StringRef name) {
    return !name.empty() && (llvm::isAlpha(name.front()) || name.front() == '_') &&
           llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; }) && seen.insert(name).second;
  };
  return llvm::all_of(names.getAsValueRange<StringAttr>(), isName);
}

//===- entry: text --------------------------------------------------------===//

ParseResult EntryOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  SmallVector<OpAsmParser::Argument> arguments, results;
  auto parseArguments = [&](SmallVectorImpl<OpAsmParser::Argument> &list) {
    return parser.parseArgumentList(list, OpAsmParser::Delimiter::Paren, /*allowType=*/true, /*allowAttrs=*/false);
  };
  if (parser.parseSymbolName(name) || parseArguments(arguments))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("results")) && parseArguments(results))
    return failure();
  SMLoc attributesLoc = parser.getCurrentLocation();
  auto emitError = [&] { return parser.emitError(attributesLoc); };
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      failed(verifyInherentAttrs(result.name, result.attributes, emitError)))
    return failure();
  if (result.attributes.get("sym_name"))
    return emitError() << "expects no 'sym_name' in the attribute dictionary";
  auto &properties = result.getOrAddProperties<Properties>();
  properties.sym_name = name;

  SmallVector<OpAsmParser::Argument> all = arguments;
  llvm::append_range(all, results);
  if (!result.attributes.get("arg_names")) {
    SmallVector<StringRef> names =
        llvm::map_to_vector(all, [](auto &argument) { return argument.ssaName.name.drop_front(); });
    properties.arg_names = parser.getBuilder().getStrArrayAttr(names);
  }
  // Isolated regions: the contract names the arguments, the body the results too.
  Region *contract = result.addRegion();
  Region *body = result.addRegion();
  return failure(parser.parseKeyword("contract") ||
                 parser.parseRegion(*contract, arguments, /*enableNameShadowing=*/true) ||
                 parser.parseKeyword("body") || parser.parseRegion(*body, all, /*enableNameShadowing=*/true));
}

void EntryOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printer.printSymbolName(getSymName());
  auto printArguments = [&](Block::BlockArgListType list) {
    printer << '(';
    llvm::interleaveComma(list, printer, [&](BlockArgument argument) { printer.printRegionArgument(argument); });
    printer << ')';
  };
  printArguments(getBodyArguments());
  if (getNumEntryResults()) {
    printer << " results";
    printArguments(getBodyResults());
  }
  SmallVector<StringRef> elided = {getSymNameAttrName()};
  if (ArrayAttr names = getArgNamesAttr(); names && areSsaNames(names))
    elided.push_back(getArgNamesAttrName());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), elided);
  printer.printNewline();
  printer << "contract ";
  printer.shadowRegionArgs(getContract(), ValueRange(getBodyArguments()));
  printer.printRegion(getContract(), /*printEntryBlockArgs=*/false);
  printer << " body ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

void EntryOp::build(OpBuilder &builder, OperationState &state, StringRef name, TypeRange arguments, TypeRange results,
                    ArrayRef<StringRef> names) {
  auto &properties = state.getOrAddProperties<Properties>();
  properties.sym_name = builder.getStringAttr(name);
  if (!names.empty())
    properties.arg_names = builder.getStrArrayAttr(names);
  Block *contract = &state.addRegion()->emplaceBlock();
  Block *body = &state.addRegion()->emplaceBlock();
  for (Type type : arguments)
    contract->addArgument(type, state.location);
  for (TypeRange types : {arguments, results})
    for (Type type : types)
      body->addArgument(type, state.location);
}

//===- entry: verification ------------------------------------------------===//

LogicalResult EntryOp::verify() {
  if (getBody().getNumArguments() < getNumArguments())
    return emitOpError() << "expects the body to see every argument, but got " << getBody().getNumArguments() << " of "
                         << getNumArguments();
  for (auto [number, contract, body] : llvm::enumerate(getContract().getArgumentTypes(), getBodyArguments()))
    if (contract != body.getType())
      return emitOpError() << "expects contract and body to agree on argument " << number << ", but got " << contract
                           << " and " << body.getType();
  for (BlockArgument argument : getBodyArguments())
    if (!isa<MemRefType, IndexType, IntegerType, FloatType>(argument.getType()))
      return emitOpError() << "expects argument '" << getArgumentName(argument.getArgNumber())
                           << "' to be a ranked memref, index, integer or float, but got " << argument.getType();
  for (BlockArgument result : getBodyResults())
    if (!isa<MemRefType>(result.getType()))
      return emitOpError() << "expects result '" << getArgumentName(result.getArgNumber())
                           << "' to be a ranked memref, but got " << result.getType();
  ArrayAttr names = getArgNamesAttr();
  if (names && names.size() != getBody().getNumArguments())
    return emitOpError() << "expects " << getBody().getNumArguments() << " names of arguments and results, but got "
                         << names.size();
  return success();
}

/// A contract computes: what reads or writes memory has no place in it.
static LogicalResult verifyContract(Block &contract) {
  for (Operation &op : contract)
    if (!isa<CheckOp, ExpectOp, YieldOp>(op) && !isMemoryEffectFree(&op))
      return op.emitOpError("expects to be pure host arithmetic where it stands in a contract");
  return success();
}

LogicalResult EntryOp::verifyRegions() {
  auto yield = dyn_cast<YieldOp>(getContract().front().getTerminator());
  if (!yield)
    return emitOpError("expects the contract to end in launch.yield");
  if (!isa<ReturnOp>(getBody().front().getTerminator()))
    return emitOpError("expects the body to end in launch.return");
  int64_t extents = 0;
  for (BlockArgument result : getBodyResults())
    extents += cast<MemRefType>(result.getType()).getRank();
  if (int64_t(yield.getShapes().size()) != extents)
    return yield.emitOpError() << "expects " << extents << " extents, one for every dim of every result, but got "
                               << yield.getShapes().size();
  return verifyContract(getContract().front());
}
