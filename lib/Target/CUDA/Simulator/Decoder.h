// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns a device function into instructions: gives values registers as long as they live.
#pragma once

#include "lib/Target/CUDA/Simulator/Assembly.h"
#include "lib/Target/CUDA/Simulator/GlobalMemory.h"
#include "lib/Target/CUDA/Simulator/Machine.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace attn::cuda::simulator {

/// The registers of a value: one a scalar, one an element of a vector or a member of a struct.
using Registers = llvm::SmallVector<uint32_t, 1>;

class Decoder {
public:
  /// Where the numbers of constants begin until all registers are known.
  static constexpr uint32_t kConstants = uint32_t(1) << 31;

  explicit Decoder(DecodedFunction &program) : program(program) {}

  /// Fails with a message at the first op that is not known.
  bool decode(mlir::LLVM::LLVMFuncOp function);
  const std::string &message() const { return error; }

  //===- for the decoders of ops
  //---------------------------------------------------------------------------------===//

  Registers of(mlir::Value value) const { return registers.find(value)->second; }
  uint32_t one(mlir::Value value) const { return registers.find(value)->second.front(); }
  /// New registers for a result.
  Registers define(mlir::Value value);
  /// A result that is what others are already.
  void alias(mlir::Value value, llvm::ArrayRef<uint32_t> same);
  uint32_t constant(uint64_t bits, bool isWide);
  bool isWideRegister(uint32_t reg) const { return widths.lookup(reg); }
  Instruction &emit(Handler handler, mlir::Operation *op, uint32_t result = 0, uint32_t a = 0, uint32_t b = 0,
                    uint32_t c = 0);
  llvm::ArrayRef<uint32_t> keep(llvm::ArrayRef<uint32_t> list);
  /// A register for the time of one op.
  uint32_t temporary(bool isWide);
  /// The register with the address of a global array of zeros.
  uint32_t zerosAddress(mlir::Operation *op, llvm::StringRef name);
  void setWaitsForLaunch() { program.waitsForLaunch = true; }
  bool fail(mlir::Operation *op, const llvm::Twine &message);
  /// A piece of assembly, as statements.
  const std::vector<Statement> *parse(mlir::LLVM::InlineAsmOp op);

private:
  bool decodeBlock(mlir::Block &block);
  bool decodeOp(mlir::Operation *op);
  bool decodeFor(mlir::scf::ForOp op);
  bool decodeIf(mlir::scf::IfOp op);
  void move(mlir::Operation *op, llvm::ArrayRef<uint32_t> from, llvm::ArrayRef<uint32_t> to);
  void findLastUses(mlir::LLVM::LLVMFuncOp function);
  uint32_t allocate(bool isWide);
  /// A register whose number is known later.
  uint32_t addPatch(std::vector<Patch> &patches, int64_t bytes);
  void release(uint32_t reg);
  void forget(mlir::Value value);

  DecodedFunction &program;
  std::string error;
  llvm::DenseMap<mlir::Value, Registers> registers;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Value, 2>> dying;
  /// How many values a register stands for; constants are not counted.
  llvm::DenseMap<uint32_t, unsigned> users;
  llvm::SmallVector<uint32_t> freeNarrow, freeWide, temporaries;
  llvm::DenseMap<uint32_t, bool> widths;
  uint32_t top = 0;
  std::map<std::pair<uint64_t, bool>, uint32_t> constants;
  llvm::StringMap<uint32_t> globals;
  llvm::StringMap<std::vector<Statement>> parsed;
};

/// Whether lanes of a type take 8 bytes.
bool isWide(mlir::Type type);
/// The bytes of an element in memory.
unsigned storedBytes(mlir::Type type);

/// Decodes one op: emits instructions and defines its results.
using OpDecoder = bool (*)(Decoder &, mlir::Operation *);
using OpTable = llvm::StringMap<OpDecoder>;

/// The ops of each family, by name.
void addIntegerOps(OpTable &table);
void addFloatOps(OpTable &table);
void addCastOps(OpTable &table);
void addVectorOps(OpTable &table);
void addMemoryOps(OpTable &table);
void addThreadOps(OpTable &table);
void addBarrierOps(OpTable &table);
void addCopyOps(OpTable &table);
void addGroupProductOps(OpTable &table);
void addAssemblyOps(OpTable &table);

/// The statements of each family, by opcode; what varies in it stands in its modifiers.
struct StatementContext {
  Decoder &decoder;
  mlir::LLVM::InlineAsmOp op;
  /// The register of an operand; of the first part of an address.
  uint32_t reg(const AsmOperand &operand, bool isWide = false);
  Registers list(const AsmOperand &operand);
  /// The register that a destination writes; to be asked after those that are read.
  uint32_t target(const AsmOperand &operand, bool isWide = false);
  Registers targets(const AsmOperand &operand);
  uint32_t guard(const Statement &statement);
  bool fail(const Statement &statement, const llvm::Twine &message);

  /// Where a name of the text is read and written now.
  llvm::StringMap<uint32_t> reads, writes;
  /// Whether a first value of an output is needed elsewhere, so that the output gets a register of its own.
  bool keepsStarts = false;
};
using StatementDecoder = bool (*)(StatementContext &, const Statement &);
using StatementTable = llvm::StringMap<StatementDecoder>;
void addMatrixStatements(StatementTable &table);
void addGroupProductStatements(StatementTable &table);
void addBarrierStatements(StatementTable &table);
void addThreadStatements(StatementTable &table);
void addMemoryStatements(StatementTable &table);
void addCopyStatements(StatementTable &table);

} // namespace attn::cuda::simulator
