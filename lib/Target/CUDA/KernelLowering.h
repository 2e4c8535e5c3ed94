// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The lowering of one tile program to what each thread of a block does, with tensor cores and shared memory.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/FragmentLayout.h"
#include "lib/Target/CUDA/Instructions.h"
#include "lib/Target/CUDA/SharedLayout.h"
#include "lib/Target/Common/BlockLists.h"
#include "lib/Target/Common/IndexConstants.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

#include "llvm/ADT/MapVector.h"

#include <map>

namespace attn::cuda {

using Registers = llvm::SmallVector<mlir::Value>;

/// Zeros in global memory that guarded loads read where there is nothing.
constexpr int64_t paddingBytes = 1024;

/// A tile in shared memory for products, in panels, so that the eight rows of a matrix load hit different banks.
struct SharedTile {
  int64_t base = 0; ///< bytes from the start of dynamic shared memory
  mlir::Value moved; ///< more bytes, known when running: a ring's stage; null: none
  PanelsAttr panels;
  int64_t firstCol = 0;
  mlir::Type element;
  int64_t copy = 0; ///< number of the asynchronous copy that brings it; 0: none
};

/// A kernel argument that lies in global memory.
struct GlobalMemory {
  mlir::Value base; ///< a pointer to global memory
  llvm::SmallVector<mlir::Value> sizes, strides;
  /// i1: base and outer strides are multiples of 16 bytes.
  mlir::Value aligned;
};

class KernelLowering {
public:
  KernelLowering(tile::KernelOp kernel, mlir::OpBuilder &builder);

  /// Makes the device function before the kernel. Fails with a diagnostic at the op that cannot be lowered.
  mlir::FailureOr<mlir::LLVM::LLVMFuncOp> run();

private:
  // Control.cpp
  mlir::LogicalResult lowerBlock(mlir::Block &block);
  mlir::LogicalResult verifySizes(mlir::Operation &op);
  mlir::LogicalResult lowerOp(mlir::Operation &op);
  mlir::LogicalResult lowerFor(mlir::scf::ForOp op);
  mlir::LogicalResult lowerIf(mlir::scf::IfOp op);
  mlir::LogicalResult lowerScalar(mlir::Operation &op);
  mlir::LogicalResult lowerTile(mlir::Operation &op);
  bool isPacked(mlir::Value tile) const;
  llvm::SmallVector<mlir::Value> flatten(mlir::ValueRange values);
  llvm::SmallVector<mlir::Type> flatTypes(mlir::ValueRange values);
  void bind(mlir::ValueRange values, mlir::ValueRange flat);

  // Tiles.cpp: ops that stay in registers.
  Registers lowerElementwise(mlir::Operation &op);
  Registers lowerFloatIota(mlir::arith::SIToFPOp op, tile::IotaOp iota);
  Registers lowerConstant(mlir::arith::ConstantOp op);
  Registers lowerBroadcast(tile::BroadcastOp op);
  Registers lowerIota(tile::IotaOp op);
  Registers lowerReduce(tile::ReduceOp op);
  mlir::LogicalResult lowerExtract(mlir::tensor::ExtractSliceOp op);
  mlir::LogicalResult lowerInsert(mlir::tensor::InsertSliceOp op);

  // Exchange.cpp: ops that move elements between threads.
  /// Writes a tile row by row to the exchange area and returns its row pitch in elements.
  int64_t publish(mlir::Value tile);
  mlir::Value fetch(mlir::Type element, mlir::Value row, mlir::Value col, int64_t pitch);
  void put(mlir::Value value, mlir::Value row, mlir::Value col, int64_t pitch);
  Registers fetchTile(mlir::RankedTensorType type, int64_t pitch,
                      llvm::function_ref<std::pair<mlir::Value, mlir::Value>(mlir::Value, mlir::Value)> source);
  Registers lowerTranspose(tile::TransposeOp op);
  Registers lowerScan(tile::ScanOp op);
  void scanByLanes(tile::ScanOp op, mlir::Value line, int64_t pitch);
  void scanByThread(tile::ScanOp op, mlir::Value line, int64_t pitch);
  Registers lowerShear(tile::ShearOp op);
  Registers reduceAcrossWarps(tile::ReduceOp op, Registers partial);

  // Solve.cpp
  struct SolveArea;
  Registers lowerSolve(tile::SolveOp op);
  void publishSystem(tile::SolveOp op, const SolveArea &area);
  void addRows(Registers &sums, const SolveArea &area, mlir::Value firstRow, mlir::Value firstCol,
               mlir::ValueRange known, bool triangle);

  // SharedOperands.cpp
  mlir::LogicalResult share(mlir::Value tile);
  bool isCopied(tile::LoadOp op);
  void copyToShared(tile::LoadOp op, SharedTile &shared);
  void awaitCopy(const SharedTile &shared);
  void awaitCopies();
  void settleCopies(llvm::ArrayRef<int64_t> before);
  void storeToShared(mlir::Value tile, const SharedTile &shared);
  mlir::Value sharedAddress(const SharedTile &shared, mlir::Value row, mlir::Value col);
  llvm::SmallVector<mlir::Value> loadMatrices(const SharedTile &shared, mlir::Value row, mlir::Value col,
                                              bool transpose);
  mlir::Value loadShared(const SharedTile &shared, mlir::Value row, mlir::Value col);
  mlir::Value sharedAddress(const SharedTile &shared, mlir::Value row, mlir::Value col, int64_t rows, int64_t cols);
  /// The element (row + rows, col + cols), or it and its right neighbour. Rows and cols are multiples of eight, col is less,
  /// so that threads keep few addresses over a loop, each of many elements.
  mlir::Value loadStep(const SharedTile &shared, mlir::Value row, mlir::Value col, int64_t rows, int64_t cols);
  llvm::SmallVector<mlir::Value> loadStepPair(const SharedTile &shared, mlir::Value row, mlir::Value col, int64_t rows,
                                              int64_t cols);

  // Products.cpp
  mlir::LogicalResult lowerProduct(tile::MmaOp op);
  llvm::SmallVector<mlir::Value> leftOperand(tile::MmaOp op, int64_t block, int64_t step);
  llvm::SmallVector<mlir::Value> leftOperandOfSlot(tile::MmaOp op, int64_t block, int64_t step);
  llvm::SmallVector<mlir::Value> rightOperand(tile::MmaOp op, int64_t col, int64_t step);
  llvm::SmallVector<mlir::Value> multiply(MmaAttr instruction, mlir::ValueRange a, mlir::ValueRange b,
                                          mlir::ValueRange c);

  // Turns.cpp
  mlir::Value turnBarrier(int64_t ahead);
  void awaitTurn();
  void passTurn();
  mlir::LogicalResult beginTurns(tile::RolesOp roles, mlir::Region &role);
  void endTurns();
  void onlyGroup(int64_t number, llvm::function_ref<void()> body);

  // Slots.cpp
  struct SlotState {
    SharedTile tile;
    llvm::SmallVector<int64_t> shape;
  };
  mlir::LogicalResult placeShared();
  mlir::LogicalResult lowerSlot(tile::SlotOp op);
  mlir::LogicalResult lowerView(tile::ViewOp op);
  mlir::LogicalResult lowerPut(tile::PutOp op);
  void storeMatrices(mlir::Value tile, const SharedTile &place);
  mlir::LogicalResult lowerRead(tile::ReadOp op);
  mlir::LogicalResult lowerClear(tile::ClearOp op);
  mlir::Value stageAddress(mlir::Value stage, int64_t bytes, mlir::Value first);
  mlir::Value pointerTo(mlir::Value address);
  mlir::Value slotAddress(mlir::Value slot);

  // Barriers.cpp
  void setUpBarriers();
  mlir::Value barrierOf(mlir::Value barriers, mlir::Value stage);
  mlir::LogicalResult lowerPass(tile::PassOp op);
  mlir::LogicalResult lowerArrive(tile::ArriveOp op);
  mlir::LogicalResult lowerFence(tile::FenceOp op);

  // Copies.cpp
  /// What a copy moves: panels of a slot, from or to a place of an argument.
  struct BoxCopy {
    mlir::DictionaryAttr map;
    mlir::Value parameter, flag, slot;
    mlir::ValueRange offsets;
    int64_t colDim;
  };
  void prefetchDescriptors();
  llvm::FailureOr<mlir::DictionaryAttr> tensorMapOf(mlir::Operation *op, std::optional<uint64_t> number,
                                                    mlir::Value memory);
  void copyBoxes(const BoxCopy &copy, llvm::StringRef text, llvm::StringRef constraints, mlir::ValueRange operands);
  mlir::LogicalResult lowerCopy(tile::CopyOp op);
  mlir::LogicalResult lowerCopyOut(tile::CopyOutOp op);
  void awaitCopiesOut();

  // ToNVVM.cpp: the kernel's parameters.
  mlir::ArrayAttr descriptors() const;
  mlir::Value descriptorParameter(int64_t number);
  void finishParameters();

  // AsyncProducts.cpp
  mlir::LogicalResult lowerIssue(tile::IssueOp op);
  mlir::LogicalResult lowerAwait(tile::AwaitOp op);
  mlir::Value madeSince(tile::AwaitOp op);
  void holdWait(tile::AwaitOp op);
  mlir::Value matrixDescriptor(mlir::Value address, PanelsAttr panels, bool contiguous);
  Registers assembleMany(llvm::StringRef text, llvm::StringRef constraints, mlir::ValueRange operands, int64_t results);

  // Roles.cpp
  mlir::LogicalResult lowerRoles(tile::RolesOp op);
  mlir::LogicalResult lowerClaim(tile::ClaimOp op);

  // Persistent.cpp: programs in turn.
  void readExtents();
  void mapPoint();
  mlir::LogicalResult lowerBlocks(tile::BlocksOp op);
  mlir::LogicalResult lowerExtents(tile::ExtentsOp op);
  mlir::Value again(mlir::Value value);

  // StartEarly.cpp
  bool startsEarly() const;
  void waitForLaunches();

  // LoadRows.cpp
  /// Nothing where rows do not lie whole, side by side.
  std::optional<Registers> loadRows(tile::LoadOp op, const FragmentLayout &layout);
  Registers loadPairs(mlir::Type element, const FragmentLayout &layout, mlir::Value aligned,
                      llvm::ArrayRef<mlir::Value> rows);
  void loadRow(mlir::Value row, mlir::Type element, const FragmentLayout &layout, bool together, Registers &loaded);

  // Memory.cpp
  Registers lowerLoad(tile::LoadOp op);
  mlir::LogicalResult lowerStore(tile::StoreOp op);
  void storePairs(tile::StoreOp op, const FragmentLayout &layout);
  void storeRow(tile::StoreOp op, const FragmentLayout &layout, FragmentLayout::Place at);
  void storeColumns(tile::StoreOp op, const FragmentLayout &layout);
  void storePair(mlir::Value word, mlir::Type element, mlir::Value pointer, mlir::Value together);
  void exchangeInRow(llvm::MutableArrayRef<mlir::Value> words);
  void guarded(mlir::Value condition, llvm::function_ref<void()> body);
  mlir::Value elementPointer(const GlobalMemory &memory, mlir::Type element, mlir::ValueRange indices);
  /// Where an element lies, and whether it does (null: always).
  struct MemoryPlace {
    llvm::SmallVector<mlir::Value> indices;
    mlir::Value inside;
  };
  MemoryPlace placeOf(mlir::Operation *op, mlir::Value row, mlir::Value col,
                      llvm::function_ref<mlir::Value(mlir::Value)> indexAt);
  /// What a thread holds of a tile, as it is or repeated, at a place of a wider one.
  mlir::Value elementAt(mlir::Value tile, FragmentLayout::Place at);
  /// The same of an element of the op's tile; places outside the tile lie nowhere.
  MemoryPlace placeOf(mlir::Operation *op, const FragmentLayout &layout, FragmentLayout::Place at);
  mlir::Value loadGuarded(mlir::Value pointer, mlir::Value inside, mlir::Type type, mlir::Value pad);
  GlobalMemory readArgument(mlir::Value params, int64_t &offset, mlir::MemRefType type);

  // Threads.cpp: who a thread is, positions, barriers, small helpers.
  void startThreads();
  mlir::Value rowOf(const FragmentLayout &layout, FragmentLayout::Place at);
  mlir::Value colOf(const FragmentLayout &layout, FragmentLayout::Place at);
  /// i1: the place lies in the tile; null: always.
  mlir::Value exists(const FragmentLayout &layout, FragmentLayout::Place at);
  /// Row and column to read for a place: those of the tile's first element where the place lies outside.
  std::pair<mlir::Value, mlir::Value> readable(const FragmentLayout &layout, FragmentLayout::Place at);
  /// i1: this thread is the one of those that hold a row (or column) tile's elements who writes them; null: all are.
  mlir::Value writes(const FragmentLayout &layout);
  void beforeSharedRead();
  void beforeSharedWrite();
  void barrier();
  void forgetBarriers() { readSinceBarrier = wroteSinceBarrier = readContended = wroteContended = true; }
  /// Orders an op behind what other threads have done to memory that the program writes and uses elsewhere.
  void beforeGlobal(mlir::Operation *op);
  mlir::LogicalResult verifyOrder();
  mlir::Value index(int64_t value);
  mlir::Value constant(mlir::Type type, double value);
  mlir::Value i32(int64_t value);
  mlir::Value both(mlir::Value left, mlir::Value right);
  mlir::Value sharedPointer(mlir::Value byteOffset);
  mlir::Value combine(tile::CombineKind kind, mlir::Value left, mlir::Value right);
  mlir::Value combineFor(tile::ReduceOp op, mlir::Value left, mlir::Value right);
  mlir::Value identity(tile::CombineKind kind, mlir::Type element);
  mlir::Value shuffle(mlir::Value value, int64_t distance);
  mlir::Value shuffle(mlir::Value value, mlir::Value lanes, mlir::NVVM::ShflKind kind);
  /// Two 16-bit floats in one register, and out of it.
  mlir::Value packPair(mlir::Value low, mlir::Value high);
  std::pair<mlir::Value, mlir::Value> unpackPair(mlir::Value word, mlir::Type element);
  mlir::Value assembly(llvm::StringRef text, llvm::StringRef constraints, mlir::Type result, mlir::ValueRange operands,
                       bool sideEffects = false);
  int64_t allocate(int64_t bytes);
  mlir::Value exchangeOffset(mlir::Type element, mlir::Value row, mlir::Value col, int64_t pitch);
  FragmentLayout layoutOf(mlir::Value tile) const {
    return FragmentLayout(llvm::cast<mlir::ShapedType>(tile.getType()).getShape(), warps);
  }
  static mlir::Type elementOf(mlir::Value tile) {
    return llvm::cast<mlir::ShapedType>(tile.getType()).getElementType();
  }
  mlir::Value scalar(mlir::Value value) { return map.lookupOrDefault(value); }

  tile::KernelOp kernel;
  tile::KernelMemory memory;
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::LLVM::LLVMFuncOp func;
  int64_t warps = 1;
  bool narrowProducts; ///< rounding to f32 may change
  mlir::Value thread, warp, lane, group, inGroup; // index: in the block, of it, in the warp, lane / 4, lane % 4
  mlir::Value padding;                            // zeros in global memory

  mlir::IRMapping map;
  llvm::DenseMap<mlir::Value, Registers> tiles;
  llvm::DenseMap<mlir::Value, SharedTile> shared;
  llvm::DenseSet<mlir::Value> wantsShared; ///< operands that products of a warp read from shared memory
  llvm::DenseMap<mlir::Value, GlobalMemory> globals;
  target::BlockLists lists;

  target::IndexConstants indices;

  llvm::DenseMap<mlir::Value, SlotState> slots;
  llvm::SmallVector<mlir::Value> descriptorParameters;
  llvm::SmallVector<mlir::Value> gridExtents; ///< of a persistent kernel
  mlir::Value team;        ///< number among all teams of all roles; null outside roles
  int64_t teams = 1;
  int64_t firstTeam = 0;       ///< of the role, among all teams
  int64_t firstTurn = 0;       ///< the named barrier of the first group of those that take turns
  bool inTurn = false;         ///< whether groups of the role take turns
  int64_t firstExchanging = 0; ///< the first team that exchanges; those before it have no area
  mlir::arith::ConstantOp exchangePitch; ///< set at the end, as exchangeBase

  std::map<std::tuple<int64_t, bool, int64_t, int64_t>, mlir::Value> rowPositions;
  std::map<std::pair<int64_t, int64_t>, mlir::Value> colPositions;
  mlir::arith::ConstantOp exchangeBase; ///< set at the end: the exchange area lies behind all operands
  int64_t sharedTop = 0, sharedHigh = 0, exchangeBytes = 0;
  bool readSinceBarrier = false, wroteSinceBarrier = false;   ///< shared memory
  bool readContended = false, wroteContended = false;         ///< global memory that is contended
  llvm::SmallVector<int64_t> copies; ///< asynchronous ones that are not awaited yet, oldest first
  int64_t lastCopy = 0;
};

} // namespace attn::cuda
