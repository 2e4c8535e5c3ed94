// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks the parser's record of definitions for the names of SSA values.
#include "lib/JIT/ParseNamed.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace attn {
namespace {

/// Names of the values of one parsed text.
class Names {
public:
  explicit Names(const AsmParserState &state) : state(state) {}

  /// The name of a value as it is written; `fallback` where it has none, or only a number.
  std::string of(Value value, const llvm::Twine &fallback) const {
    llvm::StringRef name = spelled(value);
    name.consume_front("%");
    bool isNumber = llvm::all_of(name, llvm::isDigit);
    return isNumber ? fallback.str() : name.str();
  }

private:
  llvm::StringRef spelled(Value value) const {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      const AsmParserState::BlockDefinition *block = state.getBlockDef(argument.getOwner());
      unsigned number = argument.getArgNumber();
      return block && number < block->arguments.size() ? textOf(block->arguments[number].loc) : "";
    }
    const AsmParserState::OperationDefinition *op = state.getOpDef(value.getDefiningOp());
    if (!op)
      return "";
    for (const auto &group : op->resultGroups)
      if (group.startIndex == cast<OpResult>(value).getResultNumber())
        return textOf(group.definition.loc);
    return "";
  }

  static llvm::StringRef textOf(SMRange range) {
    const char *begin = range.Start.getPointer(), *end = range.End.getPointer();
    return begin && end >= begin ? llvm::StringRef(begin, end - begin) : "";
  }

  const AsmParserState &state;
};

void nameArguments(func::FuncOp function, const Names &names) {
  if (function.isExternal() || function->hasAttr("arg_names"))
    return;
  llvm::SmallVector<std::string> texts;
  for (BlockArgument argument : function.getArguments())
    texts.push_back(names.of(argument, "arg" + llvm::Twine(argument.getArgNumber())));
  if (auto end = dyn_cast<func::ReturnOp>(function.back().getTerminator()))
    for (OpOperand &result : end->getOpOperands())
      texts.push_back(names.of(result.get(), "result" + llvm::Twine(result.getOperandNumber())));
  llvm::SmallVector<llvm::StringRef> refs(texts.begin(), texts.end());
  function->setAttr("arg_names", Builder(function.getContext()).getStrArrayAttr(refs));
}

} // namespace

OwningOpRef<ModuleOp> parseNamed(llvm::StringRef text, llvm::StringRef name, MLIRContext &context) {
  llvm::SourceMgr sources;
  // A copy, because the lexer reads the zero behind the text.
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, name), llvm::SMLoc());
  Block block;
  AsmParserState state;
  if (failed(parseAsmSourceFile(sources, &block, ParserConfig(&context), &state)))
    return nullptr;
  Names names(state);
  for (Operation &op : block)
    op.walk([&](func::FuncOp function) { nameArguments(function, names); });
  Location start = FileLineColLoc::get(&context, name, 1, 1);
  return detail::constructContainerOpForParserIfNecessary<ModuleOp>(&block, &context, start);
}

} // namespace attn
