// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form, verifiers, folds and effects of the block lists.
#include "dialects/Tile/ListAssembly.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace attn::tile;

//===- list ---------------------------------------------------------------===//

ParseResult attn::tile::parseSegments(OpAsmParser &parser, SmallVectorImpl<OpAsmParser::UnresolvedOperand> &lower,
                                      SmallVectorImpl<OpAsmParser::UnresolvedOperand> &upper,
                                      DenseBoolArrayAttr &partial) {
  SmallVector<bool> flags;
  bool isOpen = succeeded(parser.parseOptionalLParen());
  while (isOpen) {
    StringRef flag;
    SMLoc loc;
    if (parser.parseOperand(lower.emplace_back()) || parser.parseComma() ||
        parser.parseOperand(upper.emplace_back()) || parser.parseComma() ||
        parser.getCurrentLocation(&loc) || parser.parseKeyword(&flag))
      return failure();
    if (flag != "partial" && flag != "full")
      return parser.emitError(loc) << "expects 'full' or 'partial', but got '" << flag << "'";
    flags.push_back(flag == "partial");
    if (parser.parseRParen())
      return failure();
    isOpen = succeeded(parser.parseOptionalComma());
    if (isOpen && parser.parseLParen())
      return failure();
  }
  partial = parser.getBuilder().getDenseBoolArrayAttr(flags);
  return success();
}

void attn::tile::printSegments(OpAsmPrinter &printer, ListOp, OperandRange lower, OperandRange upper,
                               DenseBoolArrayAttr partial) {
  llvm::interleaveComma(llvm::zip(lower, upper, partial.asArrayRef()), printer, [&](auto segment) {
    auto [lo, hi, isPartial] = segment;
    printer << '(' << lo << ", " << hi << ", " << (isPartial ? "partial" : "full") << ')';
  });
}

void ListOp::build(OpBuilder &builder, OperationState &state, ValueRange lower, ValueRange upper,
                   ArrayRef<bool> partial) {
  build(builder, state, ListType::get(builder.getContext(), ListKind::ranges), lower, upper, partial);
}

LogicalResult ListOp::verify() {
  if (getList().getType().getKind() != ListKind::ranges)
    return emitOpError() << "expects a result of '!tile.list<ranges>', but got " << getList().getType();
  if (getNumOperands() % 2 != 0)
    return emitOpError() << "expects a lower and an upper end for each segment, but got " << getNumOperands()
                         << " ends";
  if (getPartial().size() != getLower().size())
    return emitOpError() << "expects one partial flag for each segment, but got " << getPartial().size()
                         << " flags and " << getLower().size() << " segments";
  return success();
}

LogicalResult ListOp::canonicalize(ListOp op, PatternRewriter &rewriter) {
  SmallVector<Value> lower, upper;
  SmallVector<bool> partial;
  for (auto [lo, hi, isPartial] : llvm::zip(op.getLower(), op.getUpper(), op.getPartial())) {
    APInt lowConstant, highConstant;
    bool constant = matchPattern(lo, m_ConstantInt(&lowConstant)) && matchPattern(hi, m_ConstantInt(&highConstant));
    if (lo == hi || (constant && highConstant.sle(lowConstant)))
      continue;
    lower.push_back(lo);
    upper.push_back(hi);
    partial.push_back(isPartial);
  }
  if (lower.size() == op.getLower().size())
    return rewriter.notifyMatchFailure(op, "no segment is known to be empty");
  rewriter.replaceOpWithNewOp<ListOp>(op, lower, upper, partial);
  return success();
}

//===- list_rows ----------------------------------------------------------===//

LogicalResult ListRowsOp::verify() {
  if (getList().getType().getKind() != ListKind::rows)
    return emitOpError() << "expects a result of '!tile.list<rows>', but got " << getList().getType();
  int64_t rank = getRow().size();
  if (getCounts().getType().getRank() != rank)
    return emitOpError() << "expects counts of rank " << rank << ", one dim for each row index, but got "
                         << getCounts().getType();
  if (getIndices().getType().getRank() != rank + 1)
    return emitOpError() << "expects indices of rank " << rank + 1 << ", but got " << getIndices().getType();
  if (getPartials() && cast<MemRefType>(getPartials().getType()).getRank() != rank)
    return emitOpError() << "expects partials of rank " << rank << ", but got " << getPartials().getType();
  return success();
}

//===- length, entry ------------------------------------------------------===//

using Effects = SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// A list in memory is read where it is asked.
static void addListEffects(ListType type, Effects &effects) {
  if (type.getKind() == ListKind::rows)
    effects.emplace_back(MemoryEffects::Read::get());
}

void LengthOp::getEffects(Effects &effects) { addListEffects(getList().getType(), effects); }

void EntryOp::getEffects(Effects &effects) { addListEffects(getList().getType(), effects); }

/// Whether all entries are partial (true), all are full (false), or neither is known.
static std::optional<bool> uniformClass(Value list) {
  if (auto rows = list.getDefiningOp<ListRowsOp>())
    return rows.getPartials() ? std::nullopt : std::optional<bool>(false);
  auto segments = list.getDefiningOp<ListOp>();
  if (!segments || segments.getPartial().empty() || !llvm::all_equal(segments.getPartial()))
    return std::nullopt;
  return segments.getPartial().front();
}

LogicalResult LengthOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &results) {
  auto index = [&](int64_t value) { return IntegerAttr::get(IndexType::get(getContext()), value); };
  auto segments = getList().getDefiningOp<ListOp>();
  if (!segments)
    return failure();
  int64_t partials = 0, entries = 0;
  for (auto [lo, hi, isPartial] : llvm::zip(segments.getLower(), segments.getUpper(), segments.getPartial())) {
    APInt lowConstant, highConstant;
    if (!matchPattern(lo, m_ConstantInt(&lowConstant)) || !matchPattern(hi, m_ConstantInt(&highConstant)))
      return failure();
    int64_t size;
    if (llvm::SubOverflow(highConstant.getSExtValue(), lowConstant.getSExtValue(), size) ||
        llvm::AddOverflow(entries, std::max<int64_t>(0, size), entries))
      return failure();
    partials += isPartial ? std::max<int64_t>(0, size) : 0;
  }
  results.assign({index(partials), index(entries)});
  return success();
}

/// Not a fold: a fold may not give a result back as itself.
LogicalResult EntryOp::canonicalize(EntryOp op, PatternRewriter &rewriter) {
  std::optional<bool> partial = uniformClass(op.getList());
  if (!partial || op.getPartial().use_empty())
    return rewriter.notifyMatchFailure(op, "the class is unknown or unused");
  rewriter.setInsertionPoint(op);
  Value known = arith::ConstantOp::create(rewriter, op.getLoc(), rewriter.getBoolAttr(*partial));
  rewriter.replaceAllUsesWith(op.getPartial(), known);
  return success();
}
