// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form and verifiers of roles and claim.
#include "dialects/Tile/TileOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace attn::tile;

//===- roles: text --------------------------------------------------------===//

/// `role @NAME warps = W teams = T registers = R (%team) { ... }`; the numbers may be left out.
static ParseResult parseRole(OpAsmParser &parser, OperationState &result, SmallVectorImpl<Attribute> &names,
                             std::array<SmallVector<int64_t>, 3> &numbers) {
  StringAttr name;
  if (parser.parseSymbolName(name))
    return failure();
  names.push_back(name);
  static constexpr StringRef keywords[] = {"warps", "teams", "registers"};
  static constexpr int64_t defaults[] = {RolesOp::defaultWarps, 1, 0};
  for (auto [keyword, standard, list] : llvm::zip(keywords, defaults, numbers)) {
    int64_t number = standard;
    if (succeeded(parser.parseOptionalKeyword(keyword)) && (parser.parseEqual() || parser.parseInteger(number)))
      return failure();
    list.push_back(number);
  }
  OpAsmParser::Argument team;
  if (parser.parseLParen() || parser.parseArgument(team) || parser.parseRParen())
    return failure();
  team.type = parser.getBuilder().getIndexType();
  return parser.parseRegion(*result.addRegion(), team);
}

ParseResult RolesOp::parse(OpAsmParser &parser, OperationState &result) {
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  for (StringRef own : {"names", "warps", "teams", "registers"})
    if (result.attributes.get(own))
      return parser.emitError(loc) << "expects no '" << own << "' in the attribute dictionary";
  SmallVector<Attribute> names;
  std::array<SmallVector<int64_t>, 3> numbers;
  while (succeeded(parser.parseOptionalKeyword("role")))
    if (parseRole(parser, result, names, numbers))
      return failure();
  Builder &b = parser.getBuilder();
  auto &properties = result.getOrAddProperties<Properties>();
  properties.names = b.getArrayAttr(names);
  properties.warps = b.getDenseI64ArrayAttr(numbers[0]);
  properties.teams = b.getDenseI64ArrayAttr(numbers[1]);
  properties.registers = b.getDenseI64ArrayAttr(numbers[2]);
  return success();
}

void RolesOp::print(OpAsmPrinter &printer) {
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {getNamesAttrName(), getWarpsAttrName(),
                                                                 getTeamsAttrName(), getRegistersAttrName()});
  for (auto [number, body] : llvm::enumerate(getBodies())) {
    printer.printNewline();
    printer << "role ";
    printer.printSymbolName(getRoleName(number));
    if (getWarps()[number] != defaultWarps)
      printer << " warps = " << getWarps()[number];
    if (getTeams()[number] != 1)
      printer << " teams = " << getTeams()[number];
    if (getRegisters()[number] != 0)
      printer << " registers = " << getRegisters()[number];
    printer << " (";
    printer.printRegionArgument(body.getArgument(0), /*argAttrs=*/{}, /*omitType=*/true);
    printer << ") ";
    printer.printRegion(body, /*printEntryBlockArgs=*/false);
  }
}

//===- verification -------------------------------------------------------===//

LogicalResult RolesOp::verify() {
  size_t count = getBodies().size();
  if (count == 0)
    return emitOpError() << "expects a role or more, but got none";
  if (getNames().size() != count || getWarps().size() != count || getTeams().size() != count ||
      getRegisters().size() != count)
    return emitOpError() << "expects a name, warps, teams and registers for each of its " << count << " roles";
  if ((*this)->getParentOfType<RolesOp>())
    return emitOpError() << "expects not to be inside another role";
  llvm::SmallDenseSet<StringRef> seen;
  for (auto [number, body] : llvm::enumerate(getBodies())) {
    StringRef name = getRoleName(number);
    if (!seen.insert(name).second)
      return emitOpError() << "expects roles of different names, but got two '" << name << "'";
    auto isWrong = [](int64_t count) { return count < 1 || count > mostWarps; };
    if (isWrong(getWarps()[number]) || isWrong(getTeams()[number]))
      return emitOpError() << "expects warps and teams of role '" << name << "' in [1, " << mostWarps << "], but got "
                           << getWarps()[number] << " and " << getTeams()[number];
    if (getRegisters()[number] < 0)
      return emitOpError() << "expects registers of role '" << name << "' not to be negative, but got "
                           << getRegisters()[number];
    if (body.getNumArguments() != 1 || !body.getArgument(0).getType().isIndex())
      return emitOpError() << "expects role '" << name << "' to take the number of a team, but got ("
                           << body.getArgumentTypes() << ")";
    auto yield = body.front().empty() ? YieldOp() : dyn_cast<YieldOp>(body.front().back());
    if (!yield || yield.getNumOperands() != 0)
      return emitOpError() << "expects role '" << name << "' to end with a tile.yield of nothing";
  }
  return success();
}

LogicalResult ClaimOp::verify() {
  int64_t rank = cast<MemRefType>(getCounter().getType()).getRank();
  if (static_cast<int64_t>(getIndices().size()) != rank)
    return emitOpError() << "expects one index for each of the counter's " << rank << " dims, but got "
                         << getIndices().size();
  return success();
}

//===- programs in turn ---------------------------------------------------===//

bool attn::tile::isPersistent(KernelOp kernel) {
  auto persistent = kernel->getAttrOfType<BoolAttr>(kPersistent);
  return persistent && persistent.getValue();
}

bool attn::tile::runsInTurn(KernelOp kernel) {
  return kernel.getBody().walk([](BlocksOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

/// Numbers of blocks and extents have a meaning in kernels whose programs run in turn alone.
static LogicalResult verifyPersistent(Operation *op) {
  auto kernel = op->getParentOfType<KernelOp>();
  if (kernel && isPersistent(kernel))
    return success();
  return op->emitOpError() << "expects to be in a kernel that is persistent";
}

LogicalResult BlocksOp::verify() { return verifyPersistent(*this); }

LogicalResult ExtentsOp::verify() { return verifyPersistent(*this); }
