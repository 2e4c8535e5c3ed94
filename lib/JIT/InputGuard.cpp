// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Guards the parser by one linear scan, and the passes by a list of dialects.
#include "lib/JIT/InputGuard.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace attn {
namespace {

/// One pass over a text that counts open brackets by kind, so that a closing bracket of another kind hides nothing.
class Scan {
public:
  Scan(llvm::StringRef text, const InputLimits &limits) : text(text), limits(limits) {}

  llvm::Error run() {
    while (at < text.size()) {
      step(text[at]);
      if (longest > limits.digits)
        return llvm::createStringError("line " + llvm::Twine(line) + ": expects numbers of at most " +
                                       llvm::Twine(limits.digits) + " digits, but got " + llvm::Twine(longest));
      if (deepest() > limits.nesting)
        return llvm::createStringError("line " + llvm::Twine(line) + ": expects at most " +
                                       llvm::Twine(limits.nesting) + " levels of nesting, but got more");
    }
    return llvm::Error::success();
  }

private:
  size_t deepest() const { return std::max({open[0] + open[1] + open[2] + open[3], minuses, callsites}); }

  void step(char c) {
    if (c == '"')
      return skipString();
    if (c == '/' && text.substr(at, 2) == "//")
      return skipLine();
    if (llvm::isAlpha(c) || c == '_')
      return skipWord();
    if (llvm::isDigit(c))
      return skipNumber();
    size_t opening = llvm::StringRef("([{<").find(c), closing = llvm::StringRef(")]}>").find(c);
    // A line break, the head of an arrow and >= are no brackets.
    bool arrow = c == '>' && ((at && text[at - 1] == '-') || text.substr(at, 2) == ">=");
    if (opening != llvm::StringRef::npos)
      ++open[opening];
    else if (closing != llvm::StringRef::npos && !arrow && open[closing])
      --open[closing];
    if (c == '-')
      ++minuses;
    else if (!llvm::isSpace(c))
      minuses = 0;
    line += c == '\n';
    ++at;
  }

  void skipString() {
    for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at)
      at += text[at] == '\\';
    at = std::min(at + (at < text.size() && text[at] == '"'), text.size());
    minuses = 0;
  }

  void skipLine() { at = std::min(text.find('\n', at), text.size()); }

  void skipWord() {
    size_t begin = at;
    while (at < text.size() && (llvm::isAlnum(text[at]) || text[at] == '_'))
      ++at;
    // Aliases let callsites nest across lines, so all of them count.
    callsites += text.slice(begin, at) == "callsite";
    minuses = 0;
  }

  void skipNumber() {
    size_t begin = at;
    while (at < text.size() && (llvm::isAlnum(text[at]) || text[at] == '_'))
      ++at;
    longest = std::max(longest, at - begin);
    minuses = 0;
  }

  llvm::StringRef text;
  const InputLimits &limits;
  size_t at = 0, line = 1, longest = 0;
  size_t open[4] = {0, 0, 0, 0}, minuses = 0, callsites = 0;
};

} // namespace

llvm::Error checkText(llvm::StringRef text, const InputLimits &limits) {
  if (text.size() > limits.bytes)
    return llvm::createStringError("expects at most " + llvm::Twine(limits.bytes) + " bytes, but got " +
                                   llvm::Twine(text.size()));
  if (text.starts_with("ML\xefR"))
    return llvm::createStringError("expects MLIR as text, but got bytecode");
  size_t zero = text.find('\0');
  if (zero != llvm::StringRef::npos)
    return llvm::createStringError("expects MLIR as text, but got a zero byte at " + llvm::Twine(zero));
  return Scan(text, limits).run();
}

llvm::Error checkDialects(ModuleOp module, bool lowLevel) {
  static const llvm::StringRef known[] = {"arith", "attn",   "builtin", "cf",     "func", "launch", "linalg",
                                          "math",  "memref", "scf",     "tensor", "tile", "ub",     "vector"};
  Operation *stranger = nullptr;
  module->walk<WalkOrder::PreOrder>([&](Operation *op) {
    llvm::StringRef dialect = op->getName().getDialectNamespace();
    if (llvm::is_contained(known, dialect) || (lowLevel && op->getDialect()))
      return WalkResult::advance();
    stranger = op;
    return WalkResult::interrupt();
  });
  if (!stranger)
    return llvm::Error::success();
  std::string where;
  if (auto file = stranger->getLoc()->findInstanceOf<FileLineColLoc>())
    where = (file.getFilename().getValue() + ":" + llvm::Twine(file.getLine()) + ":" + llvm::Twine(file.getColumn()) +
             ": ").str();
  return llvm::createStringError(where + "expects no op of the dialect '" + stranger->getName().getDialectNamespace() +
                                 "', but got '" + stranger->getName().getStringRef() + "'");
}

} // namespace attn
