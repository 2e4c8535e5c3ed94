// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn.normalizer: its text form and what its regions must be.
#include "dialects/Attn/AttnOps.h"
#include "dialects/Attn/ScalarRegion.h"

using namespace mlir;
using namespace attn;

static constexpr StringLiteral regionNames[] = {"reference", "combine", "identity", "weight",
                                                "rescale",   "sums",    "finalize", "lse"};

//===-- text ----------------------------------------------------------------------------------------------------===//

/// `attn.normalizer @name : f32 captures(types) absorbing attributes {...} { reference {...} weight {...} ... }`
ParseResult NormalizerOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  StringRef visibility;
  if (succeeded(parser.parseOptionalKeyword(&visibility, {"public", "private", "nested"})))
    result.addAttribute("sym_visibility", builder.getStringAttr(visibility));
  StringAttr name;
  Type compute;
  if (parser.parseSymbolName(name, "sym_name", result.attributes) || parser.parseColonType(compute))
    return failure();
  result.addAttribute("compute", TypeAttr::get(compute));
  SmallVector<Type> captures;
  if (succeeded(parser.parseOptionalKeyword("captures")))
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren,
                                       [&] { return parser.parseType(captures.emplace_back()); }))
      return failure();
  result.addAttribute("captures", builder.getTypeArrayAttr(captures));
  if (succeeded(parser.parseOptionalKeyword("absorbing")))
    result.addAttribute("absorbing", builder.getUnitAttr());
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes) || parser.parseLBrace())
    return failure();
  SmallVector<Region *> regions;
  for (size_t n = 0; n < std::size(regionNames); ++n)
    regions.push_back(result.addRegion());
  StringRef region;
  llvm::SMLoc loc = parser.getCurrentLocation();
  while (succeeded(parser.parseOptionalKeyword(&region))) {
    const auto *found = llvm::find(regionNames, region);
    if (found == std::end(regionNames))
      return parser.emitError(loc) << "expects reference, combine, identity, weight, rescale, sums, finalize or lse, "
                                      "but got '" << region << "'";
    Region *body = regions[found - std::begin(regionNames)];
    if (!body->empty())
      return parser.emitError(loc) << "expects region '" << region << "' once";
    if (parser.parseRegion(*body))
      return failure();
    loc = parser.getCurrentLocation();
  }
  return parser.parseRBrace();
}

void NormalizerOp::print(OpAsmPrinter &printer) {
  if (std::optional<StringRef> visibility = getSymVisibility())
    printer << ' ' << *visibility;
  printer << ' ';
  printer.printSymbolName(getSymName());
  printer << " : " << getCompute();
  if (!getCaptures().empty()) {
    printer << " captures(";
    llvm::interleaveComma(getCaptures().getAsValueRange<TypeAttr>(), printer);
    printer << ')';
  }
  if (getAbsorbing())
    printer << " absorbing";
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(), {"sym_name", "sym_visibility", "compute", "captures", "absorbing"});
  printer << " {";
  printer.increaseIndent();
  for (auto [name, region] : llvm::zip_equal(regionNames, (*this)->getRegions())) {
    if (region.empty())
      continue;
    printer.printNewline();
    printer << name << ' ';
    printer.printRegion(region);
  }
  printer.decreaseIndent();
  printer.printNewline();
  printer << '}';
}

//===-- verification --------------------------------------------------------------------------------------------===//

/// A region takes its own values and, if it reads the row or a captured tensor, b, h, i and every captured value.
static LogicalResult verifyRegion(NormalizerOp op, Region &region, StringRef name, unsigned numValues,
                                  std::optional<unsigned> numResults) {
  if (region.empty())
    return success();
  Builder builder(op.getContext());
  SmallVector<Type> arguments(numValues, op.getCompute());
  if (region.getNumArguments() != numValues) {
    arguments.append(3, builder.getIndexType());
    llvm::append_range(arguments, op.getCaptures().getAsValueRange<TypeAttr>());
  }
  bool endsWithYield = region.hasOneBlock() && !region.front().empty() && isa<YieldOp>(region.front().back());
  unsigned yields = numResults.value_or(endsWithYield ? region.front().back().getNumOperands() : 0);
  return verifyScalarRegion(op, region, name, arguments, SmallVector<Type>(yields, op.getCompute()));
}

LogicalResult NormalizerOp::verifyRegions() {
  if (!getCapturesAttr()) // One of another type takes the default's place.
    return emitOpError() << "expects 'captures' to be an array of types"; // normalizer_c1
  for (Type type : getCaptures().getAsValueRange<TypeAttr>())
    if (!isa<CapturedType>(type))
      return emitOpError() << "expects captures of type !attn.captured, but got " << type; // normalizer_c1
  if (getWeight().empty())
    return emitOpError() << "expects region 'weight'"; // normalizer_c2
  bool hasReference = !getReference().empty();
  for (auto [name, region] : {std::pair<StringRef, Region *>("combine", &getCombine()), {"identity", &getIdentity()},
                              {"rescale", &getRescale()}})
    if (region->empty() == hasReference)
      return emitOpError() << "expects regions 'reference', 'combine', 'identity' and 'rescale' all or none, but '"
                           << name << (hasReference ? "' is missing" : "' stands alone"); // normalizer_c3
  if (getAbsorbing() && !hasReference)
    return emitOpError() << "expects a reference where it is absorbing"; // normalizer_c4
  unsigned reference = hasReference ? 1 : 0, sums = 1;
  if (!getSums().empty() && !getSums().front().empty())
    sums = getSums().front().back().getNumOperands();
  return failure(failed(verifyRegion(*this, getReference(), "reference", 1, 1)) || // normalizer_c5 .. c8
                 failed(verifyRegion(*this, getCombine(), "combine", 2, 1)) ||
                 failed(verifyRegion(*this, getIdentity(), "identity", 0, 1)) ||
                 failed(verifyRegion(*this, getWeight(), "weight", 1 + reference, 1)) ||
                 failed(verifyRegion(*this, getRescale(), "rescale", 2, 1)) ||
                 failed(verifyRegion(*this, getSums(), "sums", 1, std::nullopt)) ||
                 failed(verifyRegion(*this, getFinalize(), "finalize", reference + sums, 1)) ||
                 failed(verifyRegion(*this, getLse(), "lse", reference + sums, 1)));
}
