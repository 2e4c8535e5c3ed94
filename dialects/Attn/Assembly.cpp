// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Custom directives that several ops' text forms share.
#include "dialects/Attn/Assembly.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace attn;

static ParseResult parsePair(OpAsmParser &parser, OptionalOperand &first, OptionalOperand &second) {
  first.emplace();
  second.emplace();
  return failure(parser.parseLParen() || parser.parseOperand(*first) || parser.parseComma() ||
                 parser.parseOperand(*second) || parser.parseRParen());
}

ParseResult attn::parseDomain(OpAsmParser &parser, AlignAttr &align, OptionalOperand &cuQ, OptionalOperand &cuK,
                              OptionalOperand &lenQ, OptionalOperand &lenK) {
  if (failed(parser.parseOptionalKeyword("domain")))
    return success();
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
    llvm::SMLoc loc = parser.getCurrentLocation();
    StringRef part;
    if (parser.parseKeyword(&part))
      return failure();
    if (part == "align" && !align)
      return failure(parser.parseEqual() || parseKeyword(parser, align));
    if (part == "segments" && !cuQ)
      return parsePair(parser, cuQ, cuK);
    if (part == "lengths" && !lenQ)
      return parsePair(parser, lenQ, lenK);
    return parser.emitError(loc) << "expects align, segments or lengths, each once, but got '" << part << "'";
  });
}

void attn::printDomain(OpAsmPrinter &printer, Operation *, AlignAttr align, Value cuQ, Value cuK, Value lenQ,
                       Value lenK) {
  if (!align && !cuQ && !lenQ)
    return;
  printer << " domain(";
  llvm::ListSeparator comma;
  if (align)
    printer.getStream() << StringRef(comma) << "align = " << stringifyAlign(align.getValue());
  auto printPair = [&](StringRef name, Value first, Value second) {
    printer.getStream() << StringRef(comma) << name << '(';
    printer << first << ", " << second << ')';
  };
  if (cuQ && cuK)
    printPair("segments", cuQ, cuK);
  if (lenQ && lenK)
    printPair("lengths", lenQ, lenK);
  printer << ')';
}

static std::optional<double> toDouble(Attribute attr) {
  if (auto number = dyn_cast<FloatAttr>(attr))
    return number.getValueAsDouble();
  return std::nullopt;
}

ParseResult attn::parseScaleDict(OpAsmParser &parser, DenseF64ArrayAttr &scales, NamedAttrList &attributes) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOptionalAttrDict(attributes))
    return failure();
  for (StringRef own : {"align", "lse_base", "normalizer", "operandSegmentSizes", "requests", "sink_included", "split"})
    if (attributes.get(own))
      return parser.emitError(loc) << "expects no '" << own << "' in the attribute dictionary";
  SmallVector<double> values;
  if (Attribute scale = attributes.erase("scale"))
    values.push_back(toDouble(scale).value_or(NAN));
  if (Attribute list = attributes.erase("scales")) {
    auto numbers = dyn_cast<ArrayAttr>(list);
    if (!numbers || !values.empty())
      return parser.emitError(loc) << "expects scale = number or scales = [numbers], not both";
    for (Attribute number : numbers)
      values.push_back(toDouble(number).value_or(NAN));
  }
  if (llvm::any_of(values, [](double value) { return std::isnan(value); }))
    return parser.emitError(loc) << "expects every scale to be a floating-point number";
  scales = parser.getBuilder().getDenseF64ArrayAttr(values);
  return success();
}

/// The number as f32 where that loses nothing, so that what was written is printed.
static FloatAttr shortest(OpBuilder builder, double value) {
  bool isF32 = static_cast<double>(static_cast<float>(value)) == value;
  return builder.getFloatAttr(isF32 ? Type(builder.getF32Type()) : Type(builder.getF64Type()), value);
}

void attn::printScaleDict(OpAsmPrinter &printer, Operation *op, DenseF64ArrayAttr scales, DictionaryAttr) {
  OpBuilder builder(op->getContext());
  NamedAttrList attributes(op->getDiscardableAttrDictionary());
  if (scales && scales.size() == 1) {
    attributes.set("scale", shortest(builder, scales[0]));
  } else if (scales && !scales.empty()) {
    SmallVector<Attribute> numbers;
    for (double value : scales.asArrayRef())
      numbers.push_back(shortest(builder, value));
    attributes.set("scales", builder.getArrayAttr(numbers));
  }
  printer.printOptionalAttrDict(attributes);
}

ParseResult attn::parseNormalizerUse(OpAsmParser &parser, Attribute &normalizer, Operands &captures) {
  MLIRContext *context = parser.getContext();
  StringAttr symbol;
  if (succeeded(parser.parseOptionalSymbolName(symbol))) {
    normalizer = FlatSymbolRefAttr::get(symbol);
    return parser.parseOperandList(captures, AsmParser::Delimiter::OptionalParen);
  }
  StringRef keyword;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  auto parseCapture = [&](StringRef name) {
    return succeeded(parser.parseOptionalKeyword(name))
               ? OptionalParseResult(parser.parseOperandList(captures, 1, AsmParser::Delimiter::Paren))
               : OptionalParseResult(std::nullopt);
  };
  OptionalParseResult captured;
  if (keyword == "softmax") {
    captured = parseCapture("sink");
    normalizer = SoftmaxAttr::get(context, captured.has_value() ? Sink::Learnable : Sink::None);
  } else if (keyword == "off_by_one") {
    normalizer = SoftmaxAttr::get(context, Sink::OffByOne);
  } else if (keyword == "sigmoid") {
    captured = parseCapture("bias");
    normalizer = SigmoidAttr::get(context, captured.has_value());
  } else if (keyword == "relu") {
    normalizer = ReluAttr::get(context);
  } else if (keyword == "none") {
    normalizer = NoNormalizerAttr::get(context);
  } else if (keyword == "with") {
    // In parentheses, because a type after the attribute would be read as the attribute's.
    return failure(parser.parseLParen() || parser.parseAttribute(normalizer) || parser.parseRParen() ||
                   parser.parseOperandList(captures, AsmParser::Delimiter::OptionalParen));
  } else {
    return parser.emitError(loc) << "expects softmax, off_by_one, sigmoid, relu, none, a symbol or 'with', but got '"
                                 << keyword << "'";
  }
  return captured.has_value() ? *captured : ParseResult(success());
}

/// The keyword of a built-in normalizer and that of its captured tensor; empty where there is none.
static std::pair<StringRef, StringRef> keywords(Attribute normalizer) {
  if (auto softmax = dyn_cast<SoftmaxAttr>(normalizer))
    return softmax.getSink() == Sink::OffByOne ? std::pair<StringRef, StringRef>("off_by_one", "")
                                               : std::pair<StringRef, StringRef>("softmax", "sink");
  if (isa<SigmoidAttr>(normalizer))
    return {"sigmoid", "bias"};
  if (isa<ReluAttr>(normalizer))
    return {"relu", ""};
  if (isa<NoNormalizerAttr>(normalizer))
    return {"none", ""};
  return {};
}

void attn::printNormalizerUse(OpAsmPrinter &printer, Operation *, Attribute normalizer, OperandRange captures) {
  auto [name, capture] = keywords(normalizer);
  if (!name.empty())
    printer << name;
  else if (isa<SymbolRefAttr>(normalizer))
    printer << normalizer;
  else
    printer << "with(" << normalizer << ')';
  if (captures.empty())
    return;
  if (!name.empty())
    printer << ' ' << capture;
  printer << '(' << captures << ')';
}

ParseResult attn::parseLseClause(OpAsmParser &parser, LseBaseAttr &base, BoolAttr &sinkIncluded) {
  if (failed(parser.parseOptionalKeyword("lse")))
    return success();
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
    llvm::SMLoc loc = parser.getCurrentLocation();
    StringRef part;
    if (parser.parseKeyword(&part))
      return failure();
    if (part == "sink_included" || part == "sink_excluded") {
      sinkIncluded = parser.getBuilder().getBoolAttr(part == "sink_included");
      return success();
    }
    if (part != "base" || parser.parseEqual())
      return parser.emitError(loc) << "expects base, sink_included or sink_excluded, but got '" << part << "'";
    int64_t two = 2;
    OptionalParseResult number = parser.parseOptionalInteger(two);
    if (number.has_value() ? failed(*number) || two != 2 : failed(parser.parseKeyword("e")))
      return parser.emitError(loc) << "expects the base to be e or 2";
    base = LseBaseAttr::get(parser.getContext(), number.has_value() ? LseBase::Two : LseBase::E);
    return success();
  });
}

void attn::printLseClause(OpAsmPrinter &printer, Operation *, LseBaseAttr base, BoolAttr sinkIncluded) {
  bool two = base && base.getValue() == LseBase::Two;
  if (!two && !sinkIncluded)
    return;
  printer << " lse(base = " << (two ? "2" : "e");
  if (sinkIncluded)
    printer << (sinkIncluded.getValue() ? ", sink_included" : ", sink_excluded");
  printer << ')';
}

ParseResult attn::parseParts(OpAsmParser &parser, Operands &parts, IntegerAttr &arity, Operands &captures) {
  std::optional<size_t> size;
  auto addPart = [&](llvm::SMLoc loc, ArrayRef<OpAsmParser::UnresolvedOperand> part) -> ParseResult {
    if (size && *size != part.size())
      return parser.emitError(loc) << "expects every part to have " << *size << " tensors, but got " << part.size();
    size = part.size();
    parts.append(part.begin(), part.end());
    return success();
  };
  llvm::SMLoc loc = parser.getCurrentLocation();
  bool isOpen = succeeded(parser.parseOptionalLParen()); // `@n (%a, %r)`: the group was read as what @n captures
  if (!isOpen && !captures.empty()) {
    if (addPart(loc, captures))
      return failure();
    captures.clear();
    isOpen = succeeded(parser.parseOptionalComma());
    if (isOpen && parser.parseLParen())
      return failure();
  } else if (!isOpen) {
    return parser.emitError(loc) << "expects the parts in parentheses";
  }
  while (isOpen) {
    SmallVector<OpAsmParser::UnresolvedOperand> part;
    loc = parser.getCurrentLocation();
    if (parser.parseOperandList(part) || parser.parseRParen() || addPart(loc, part))
      return failure();
    isOpen = succeeded(parser.parseOptionalComma());
    if (isOpen && parser.parseLParen())
      return failure();
  }
  arity = parser.getBuilder().getI64IntegerAttr(static_cast<int64_t>(*size));
  return success();
}

void attn::printParts(OpAsmPrinter &printer, Operation *, OperandRange parts, IntegerAttr arity, OperandRange) {
  size_t size = std::max<int64_t>(arity.getInt(), 1);
  for (size_t first = 0; first < parts.size(); first += size) {
    printer << (first ? ", (" : "(");
    printer << parts.slice(first, std::min(size, parts.size() - first)) << ')';
  }
}

static constexpr StringLiteral planeAxes = "bhij", tensorAxes = "bhtd";

ParseResult attn::parseGateDims(OpAsmParser &parser, DenseI64ArrayAttr &dims) {
  SmallVector<int64_t> axes;
  if (parser.parseKeyword("dims") || parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
        llvm::SMLoc loc = parser.getCurrentLocation();
        StringRef name;
        if (parser.parseKeyword(&name))
          return failure();
        size_t axis = name.size() != 1 ? StringRef::npos : std::min(planeAxes.find(name[0]), tensorAxes.find(name[0]));
        if (axis == StringRef::npos)
          return parser.emitError(loc) << "expects an axis b, h, i, j of a plane or b, h, t, d of a tensor, but got '"
                                       << name << "'";
        axes.push_back(static_cast<int64_t>(axis));
        return success();
      }))
    return failure();
  dims = parser.getBuilder().getDenseI64ArrayAttr(axes);
  return success();
}

void attn::printGateDims(OpAsmPrinter &printer, Operation *op, DenseI64ArrayAttr dims) {
  StringRef names = isa<PlaneType>(op->getOperand(0).getType()) ? planeAxes : tensorAxes;
  printer << "dims(";
  llvm::interleaveComma(dims.asArrayRef(), printer, [&](int64_t axis) {
    printer << (axis >= 0 && axis < 4 ? names.substr(axis, 1) : StringRef("?"));
  });
  printer << ')';
}

ParseResult attn::parseRequests(OpAsmParser &parser, ArrayAttr &requests) {
  SmallVector<Attribute> list;
  if (parser.parseKeyword("results") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, [&]() -> ParseResult {
        AttendResultAttr request;
        if (parseKeyword(parser, request))
          return failure();
        list.push_back(request);
        return success();
      }))
    return failure();
  requests = parser.getBuilder().getArrayAttr(list);
  return success();
}

void attn::printRequests(OpAsmPrinter &printer, Operation *, ArrayAttr requests) {
  printer << "results(";
  llvm::interleaveComma(requests.getAsRange<AttendResultAttr>(), printer,
                        [&](AttendResultAttr request) { printer << stringifyAttendResult(request.getValue()); });
  printer << ')';
}
