// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Custom directives that several ops' text forms share.
#pragma once

#include "dialects/Attn/AttnOps.h"

namespace attn {

using Operands = llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand>;
using OptionalOperand = std::optional<mlir::OpAsmParser::UnresolvedOperand>;

/// The keywords of an enum whose values count from 0: `a, b or c`.
template <typename Enum>
std::string keywordList() {
  std::string list;
  for (unsigned n = 0; !stringifyEnum(static_cast<Enum>(n)).empty(); ++n) {
    bool isLast = stringifyEnum(static_cast<Enum>(n + 1)).empty();
    list += (n == 0 ? "" : isLast ? " or " : ", ") + stringifyEnum(static_cast<Enum>(n)).str();
  }
  return list;
}

/// An enum attribute as its bare keyword.
template <typename EnumAttr>
mlir::ParseResult parseKeyword(mlir::OpAsmParser &parser, EnumAttr &attr) {
  llvm::StringRef keyword;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return mlir::failure();
  auto value = symbolizeEnum<decltype(attr.getValue())>(keyword);
  if (!value)
    return parser.emitError(loc) << "expects " << keywordList<decltype(attr.getValue())>() << ", but got '" << keyword
                                 << "'";
  attr = EnumAttr::get(parser.getContext(), *value);
  return mlir::success();
}
template <typename EnumAttr>
void printKeyword(mlir::OpAsmPrinter &printer, mlir::Operation *, EnumAttr attr) {
  printer << stringifyEnum(attr.getValue());
}

/// `domain(align = top_left, segments(%cu_q, %cu_k), lengths(%len_q, %len_k))`, each part optional.
mlir::ParseResult parseDomain(mlir::OpAsmParser &parser, AlignAttr &align, OptionalOperand &cuQ, OptionalOperand &cuK,
                              OptionalOperand &lenQ, OptionalOperand &lenK);
void printDomain(mlir::OpAsmPrinter &printer, mlir::Operation *op, AlignAttr align, mlir::Value cuQ, mlir::Value cuK,
                 mlir::Value lenQ, mlir::Value lenK);

/// An attribute dictionary whose `scale = x` or `scales = [x, y]` is the scales.
mlir::ParseResult parseScaleDict(mlir::OpAsmParser &parser, mlir::DenseF64ArrayAttr &scales,
                                 mlir::NamedAttrList &attributes);
void printScaleDict(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::DenseF64ArrayAttr scales,
                    mlir::DictionaryAttr attributes);

/// `softmax`, `softmax sink(%s)`, `off_by_one`, `sigmoid bias(%b)`, `relu`, `none`, `@name(%c)`, `with(#other.norm)(%c)`.
mlir::ParseResult parseNormalizerUse(mlir::OpAsmParser &parser, mlir::Attribute &normalizer, Operands &captures);
void printNormalizerUse(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Attribute normalizer,
                        mlir::OperandRange captures);

/// `lse(base = e|2 [, sink_included|sink_excluded])`; nothing where both have their default.
mlir::ParseResult parseLseClause(mlir::OpAsmParser &parser, LseBaseAttr &base, mlir::BoolAttr &sinkIncluded);
void printLseClause(mlir::OpAsmPrinter &printer, mlir::Operation *op, LseBaseAttr base, mlir::BoolAttr sinkIncluded);

/// `(%a, %r, %l), (%a, %r, %l)`: groups of equal length. Captured tensors that no group follows are the first group.
mlir::ParseResult parseParts(mlir::OpAsmParser &parser, Operands &parts, mlir::IntegerAttr &arity, Operands &captures);
void printParts(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::OperandRange parts, mlir::IntegerAttr arity,
                mlir::OperandRange captures);

/// `dims(b, h, i)`: axes of the gate's source.
mlir::ParseResult parseGateDims(mlir::OpAsmParser &parser, mlir::DenseI64ArrayAttr &dims);
void printGateDims(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::DenseI64ArrayAttr dims);

/// `results(output, lse)`.
mlir::ParseResult parseRequests(mlir::OpAsmParser &parser, mlir::ArrayAttr &requests);
void printRequests(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr requests);

} // namespace attn
