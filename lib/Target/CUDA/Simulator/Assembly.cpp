// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small reader of PTX.
#include "lib/Target/CUDA/Simulator/Assembly.h"

using namespace attn::cuda::simulator;

namespace {

class Reader {
public:
  explicit Reader(llvm::StringRef text) : rest(text) {}

  llvm::Expected<std::vector<Statement>> run() {
    std::vector<Statement> statements;
    for (skip(); !rest.empty(); skip()) {
      if (take('{') || take('}') || take(';'))
        continue;
      Statement statement;
      if (take('@'))
        statement.guard = word().str();
      skip();
      statement.opcode = word().str();
      if (statement.opcode == ".reg") {
        rest = rest.drop_front(std::min(rest.size(), rest.find(';') + 1));
        continue;
      }
      for (skip(); !rest.empty() && rest.front() != ';'; skip()) {
        AsmOperand operand;
        if (!read(operand))
          return llvm::createStringError("expects an operand at '" + rest.take_front(20).str() + "'");
        statement.operands.push_back(std::move(operand));
        skip();
        take(',');
      }
      if (statement.opcode.empty() || !take(';'))
        return llvm::createStringError("expects a statement that ends in ';' at '" + rest.take_front(20).str() + "'");
      statements.push_back(std::move(statement));
    }
    return statements;
  }

private:
  void skip() { rest = rest.ltrim(" \t\n\r"); }
  bool take(char c) { return rest.consume_front(llvm::StringRef(&c, 1)); }
  llvm::StringRef word() {
    size_t size = 0;
    while (size < rest.size() && (llvm::isAlnum(rest[size]) || llvm::StringRef("_.:$%").contains(rest[size])))
      ++size;
    llvm::StringRef found = rest.take_front(size);
    rest = rest.drop_front(size);
    return found;
  }

  bool readParts(AsmOperand &operand, AsmOperand::Kind kind, char end) {
    operand.kind = kind;
    for (skip(); !take(end); skip()) {
      AsmOperand part;
      if (rest.empty() || !read(part))
        return false;
      operand.parts.push_back(std::move(part));
      skip();
      take(',');
    }
    return true;
  }

  bool read(AsmOperand &operand) {
    skip();
    if (take('{'))
      return readParts(operand, AsmOperand::list, '}');
    if (take('['))
      return readParts(operand, AsmOperand::address, ']');
    bool isNegative = take('-');
    operand.text = word().str();
    if (operand.text.empty())
      return false;
    operand.kind = operand.text == "_" ? AsmOperand::nothing : AsmOperand::name;
    uint64_t number;
    if (llvm::isDigit(operand.text.front()) && !llvm::StringRef(operand.text).getAsInteger(0, number)) {
      operand.kind = AsmOperand::number;
      operand.value = isNegative ? -int64_t(number) : int64_t(number);
    }
    return operand.kind == AsmOperand::number || !isNegative;
  }

  llvm::StringRef rest;
};

} // namespace

llvm::SmallVector<llvm::StringRef> Statement::modifiers() const {
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(opcode).split(parts, '.');
  return parts;
}

int64_t Statement::numberAfter(llvm::StringRef modifier, char letter) const {
  int64_t number = 0;
  llvm::StringRef rest = modifier.drop_front(std::min(modifier.size(), modifier.find(letter) + 1));
  rest.consumeInteger(10, number);
  return number;
}

llvm::Expected<std::vector<Statement>> attn::cuda::simulator::parseAssembly(llvm::StringRef text) {
  return Reader(text).run();
}
