// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an interpreted program has at hand: the values of its names, the number mode, the first error.
#pragma once

#include "lib/Interpreter/Flow.h"
#include "lib/Interpreter/Interpreter.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <variant>

namespace attn::interpreter {

/// The blocks that one row of programs visits, as its op defined them.
struct BlockList {
  struct Segment {
    int64_t lower, upper;
    bool partial;
  };
  /// `ranges`: partial segments first.
  llvm::SmallVector<Segment, 4> segments;
  /// `rows`: the tables, without memory where absent.
  Buffer counts, indices, partials;
  llvm::SmallVector<int64_t, 4> row;
};

/// One SSA value. Tiles and scalars are shared, never changed.
using Datum = std::variant<std::monostate, std::shared_ptr<const Tile>, Buffer, std::shared_ptr<const BlockList>,
                           std::shared_ptr<Ring>, SlotView, std::shared_ptr<Transfer>, std::shared_ptr<Barriers>>;

/// A copy of a machine is another team of its program: it has the values so far, and the rings and the error in common.
class Machine {
public:
  explicit Machine(const Options &options);

  /// A value that the program has computed. Verified IR has a value of the right kind for every operand.
  const Tile &tile(mlir::Value value) const;
  int64_t integer(mlir::Value value) const { return tile(value).integers[0]; }
  llvm::SmallVector<int64_t, 4> integers(mlir::ValueRange values) const;
  Buffer buffer(mlir::Value value) const;
  const BlockList &list(mlir::Value value) const;
  const std::shared_ptr<Ring> &sharedRing(mlir::Value value) const;
  Ring &ring(mlir::Value value) const { return *sharedRing(value); }
  const SlotView &slot(mlir::Value value) const;
  const std::shared_ptr<Barriers> &barriers(mlir::Value value) const;
  /// What is in flight under a name; null for a tile that has no product in flight.
  std::shared_ptr<Transfer> transfer(mlir::Value value) const;

  /// Gives a name its value. A float tile is rounded to its type in stored mode.
  void bind(mlir::Value value, Tile tile);
  void bindInteger(mlir::Value value, int64_t number);
  void bindDatum(mlir::Value value, Datum datum) { values[value] = std::move(datum); }
  /// Copies the values of some names to others, all at once.
  void move(mlir::ValueRange from, mlir::ValueRange to);
  /// An argument from outside, checked against the type. `what` begins the message.
  mlir::LogicalResult bindArgument(mlir::Operation *op, mlir::Value value, const Buffer &argument,
                                   const llvm::Twine &what);

  /// Runs the block's ops without its terminator.
  mlir::LogicalResult run(mlir::Block &block);
  /// Runs one op that is no control flow.
  mlir::LogicalResult runOp(mlir::Operation *op);
  mlir::LogicalResult countOp(mlir::Operation *op);
  double round(Element element, double value) const {
    return options.mode == NumberMode::stored ? roundReal(element, value) : value;
  }

  /// Reports and fails; later reports are dropped.
  mlir::LogicalResult fail(mlir::Operation *op, const llvm::Twine &message);
  llvm::Error takeError();

  const Options options;
  std::shared_ptr<Flow> flow;
  Actor actor;
  Knowledge knowledge;
  /// In a kernel whose programs run in turn: the block's number, how many there are, and the grid's extents.
  int64_t block = 0, blocks = 1;
  llvm::SmallVector<int64_t, 4> extents;

  /// The bytes of the call's workspace that planned pieces take, and how many the contract gives; none before planning.
  struct Piece {
    int64_t begin, end;
  };
  llvm::DenseMap<mlir::Operation *, Piece> pieces;
  std::optional<int64_t> workspaceBytes;

private:
  llvm::DenseMap<mlir::Value, Datum> values;
  int64_t opCount = 0;
  std::shared_ptr<std::string> error = std::make_shared<std::string>();
};

/// Runs one op: reads its operands from the machine and binds its results.
using Handler = mlir::LogicalResult (*)(Machine &machine, mlir::Operation *op);
using HandlerTable = llvm::StringMap<Handler>;

/// The ops of each family, by name.
void addArithOps(HandlerTable &table);
void addCompareOps(HandlerTable &table);
void addCastOps(HandlerTable &table);
void addMathOps(HandlerTable &table);
void addTensorOps(HandlerTable &table);
void addMemRefOps(HandlerTable &table);
void addListOps(HandlerTable &table);
void addAccessOps(HandlerTable &table);
void addCombineOps(HandlerTable &table);
void addComputeOps(HandlerTable &table);
void addLaunchOps(HandlerTable &table);
void addProductOps(HandlerTable &table);
void addRingOps(HandlerTable &table);
void addRoleOps(HandlerTable &table);
void addSyncOps(HandlerTable &table);

/// Runs every point of a grid of a kernel whose arguments are bound to its grid and body arguments. Without extents the
/// kernel's grid region gives them.
mlir::LogicalResult runGrid(Machine &machine, tile::KernelOp kernel, llvm::ArrayRef<int64_t> extents = {});

/// Whether an op need not wait: its slot is free or full, what it awaits has landed.
bool isReady(Machine &machine, mlir::Operation *op);
/// Begins to write or to read a slot; reports one that the team may not now. `transfer`: the copy or product that does,
/// null for threads.
mlir::LogicalResult beginFilling(Machine &machine, mlir::Operation *op, const SlotView &slot, Transfer *transfer);
mlir::LogicalResult beginReading(Machine &machine, mlir::Operation *op, const SlotView &slot, Transfer *transfer);
/// The same for slots of no ring.
mlir::LogicalResult recordWrite(Machine &machine, mlir::Operation *op, const SlotView &slot, Transfer *transfer);
mlir::LogicalResult recordRead(Machine &machine, mlir::Operation *op, const SlotView &slot, Transfer *transfer);
/// A stage of so many; reports one that is none.
mlir::FailureOr<int64_t> stageOf(Machine &machine, mlir::Operation *op, mlir::Value value, int64_t depth);
/// A copy's bytes have landed, and are counted where it signals.
void signal(const Transfer &copy);
/// Whether a barrier lets a team pass.
bool canPass(Machine &machine, tile::PassOp pass);
/// Reports barriers in the middle of a phase.
mlir::LogicalResult checkBarriers(Machine &machine);
/// Reports slots that have not been committed and released, and what nobody has awaited.
mlir::LogicalResult checkEnd(Machine &machine);
/// A payload whose elements nobody has written.
void makeTiles(Payload &payload, llvm::ArrayRef<mlir::Type> types);
/// What is in flight that an await waits for.
std::vector<std::shared_ptr<Transfer>> endedBy(Machine &machine, tile::AwaitOp await);
/// Begins a transfer; where elements are followed it lands at once.
void beginTransfer(Machine &machine, std::shared_ptr<Transfer> transfer);
/// The tile of a slot or view.
Tile readSlot(Machine &machine, mlir::Value slot);
void writeSlot(Machine &machine, mlir::Value slot, const Tile &tile);
/// Runs an op on tiles without their elements.
mlir::LogicalResult skipTiles(Machine &machine, mlir::Operation *op);
/// c + a · b; c may be null.
Tile multiply(Machine &machine, const Tile &a, const Tile &b, const Tile *c, bool transA, bool transB);

} // namespace attn::interpreter
