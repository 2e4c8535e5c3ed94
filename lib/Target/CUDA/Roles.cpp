// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Roles: each takes its warps, moves registers to where they are needed, and runs its part.
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Target/CUDA/RolePlaces.h"
#include "lib/Target/CUDA/Turns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

constexpr int64_t registerFile = 65536; // of a multiprocessor
constexpr int64_t mostRegisters = 255;  // of a thread
constexpr int64_t startedInAnyCase = 128; // registers of a thread
constexpr int64_t mostTeams = blockBarriers - 1; // one is the block's own

/// Roles take what they ask for, the first ones first, of the registers that the block has when it starts; who comes later
/// has at least as many as a thread must have, and no more than is left.
static void giveRegisters(RolesOp op, RolePlaces &places) {
  constexpr int64_t fewestRegisters = 24; // that can be asked for
  int64_t left = places.evenRegisters * places.warps * 32, later = places.warps * 32;
  for (auto [asked, taken, teams] : llvm::zip(op.getRegisters(), places.takenWarps, op.getTeams())) {
    int64_t threads = taken * teams * 32;
    later -= threads;
    int64_t most = (left - later * fewestRegisters) / threads / 8 * 8;
    places.registers.push_back(asked ? std::clamp(asked, std::min(fewestRegisters, most), most) : 0);
    left -= threads * (asked ? places.registers.back() : places.evenRegisters);
  }
}

RolePlaces placeRoles(RolesOp op) {
  RolePlaces places;
  for (auto [perTeam, teams] : llvm::zip(op.getWarps(), op.getTeams())) {
    places.takenWarps.push_back(llvm::alignTo(perTeam, groupWarps));
    places.firstWarps.push_back(places.warps);
    places.warps += places.takenWarps.back() * teams;
  }
  places.evenRegisters = registerFile / (places.warps * 32) / 8 * 8;
  bool moves = places.evenRegisters <= mostRegisters && llvm::any_of(op.getRegisters(), [](int64_t n) { return n != 0; });
  if (moves) {
    giveRegisters(op, places);
    return places;
  }
  places.evenRegisters = places.warps = 0;
  for (bool whole : {true, false})
    for (auto [role, perTeam] : llvm::enumerate(op.getWarps()))
      if ((perTeam % groupWarps == 0) == whole) {
        places.takenWarps[role] = perTeam;
        places.firstWarps[role] = places.warps;
        places.warps += perTeam * op.getTeams()[role];
      }
  return places;
}

int64_t warpsOf(KernelOp kernel) {
  int64_t ofRoles = 0;
  kernel.getBody().walk([&](RolesOp op) { ofRoles += placeRoles(op).warps; });
  if (ofRoles)
    return ofRoles;
  int64_t rows = 0;
  kernel.getBody().walk([&](MmaOp op) { rows = std::max(rows, op.getType().getDimSize(0)); });
  if (rows == 0)
    kernel.getBody().walk([&](Operation *op) {
      for (Value result : op->getResults())
        if (isTile(result.getType()))
          rows = std::max(rows, cast<ShapedType>(result.getType()).getDimSize(0));
    });
  int64_t warps = llvm::divideCeil(rows, 16);
  if (warps > 0 && warps % groupWarps == 0 && warps <= 3 * groupWarps)
    return warps;
  return warps >= 8 ? 8 : warps >= 4 ? 4 : warps >= 2 ? 2 : 1;
}

LogicalResult KernelLowering::lowerRoles(RolesOp op) {
  const Value blockThread = thread, blockWarp = warp, blockInGroup = inGroup;
  const int64_t blockWarps = warps;
  const RolePlaces places = placeRoles(op);
  const int64_t evenly = places.evenRegisters;
  teams = 0;
  for (int64_t count : op.getTeams())
    teams += count;
  if (teams > mostTeams)
    return op.emitError("expects at most ") << mostTeams << " teams, which have a barrier each, but got " << teams;
  firstTeam = 0;
  firstExchanging = teams; // none yet
  auto atLeast = [&](Value value, int64_t bound) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, value, index(bound));
  };
  for (auto [role, body] : llvm::enumerate(op.getBodies())) {
    int64_t perTeam = op.getWarps()[role], count = op.getTeams()[role];
    int64_t firstWarp = places.firstWarps[role], taken = places.takenWarps[role];
    int64_t end = firstWarp + taken * count;
    Value mine = atLeast(blockWarp, firstWarp);
    if (end < blockWarps) {
      Value below = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, blockWarp, index(end));
      mine = both(mine, below);
    }
    auto branch = scf::IfOp::create(b, loc, mine, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    if (int64_t registers = evenly ? places.registers[role] : 0) {
      NVVM::SetMaxRegisterOp::create(b, loc, registers,
                                     registers < evenly ? NVVM::SetMaxRegisterAction::decrease
                                                        : NVVM::SetMaxRegisterAction::increase);
      // So that ptxas starts the block with all that it has. Where fewer would do it might choose fewer, and then it
      // does not know what the roles exchange (C7508). Blocks of 512 threads start with all in any case, and then what
      // is said of them costs registers.
      if (evenly > startedInAnyCase)
        func->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(), b.getI32IntegerAttr(1));
    }
    Value relative = arith::SubIOp::create(b, loc, blockWarp, index(firstWarp));
    Value ownTeam = arith::DivUIOp::create(b, loc, relative, index(taken));
    warp = arith::RemUIOp::create(b, loc, relative, index(taken));
    if (perTeam < taken) {
      Value works = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, warp, index(perTeam));
      b.setInsertionPointToStart(scf::IfOp::create(b, loc, works, /*withElseRegion=*/false).thenBlock());
    }
    thread = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, warp, index(32)), lane);
    team = arith::AddIOp::create(b, loc, ownTeam, index(firstTeam));
    // Positions are counted in the team, and made where the role starts.
    inGroup = arith::AddIOp::create(b, loc, blockInGroup, index(0));
    rowPositions.clear();
    colPositions.clear();
    warps = perTeam;
    map.map(body.getArgument(0), ownTeam);
    forgetBarriers();
    if ((takesTurns(body) && failed(beginTurns(op, body))) || failed(lowerBlock(body.front())))
      return failure();
    if (inTurn)
      endTurns();
    firstTeam += count;
    thread = blockThread;
    warp = blockWarp;
    inGroup = blockInGroup;
    team = {};
    warps = blockWarps;
    rowPositions.clear();
    colPositions.clear();
  }
  forgetBarriers();
  return success();
}

/// One lane adds; its warp, and with it the role of one warp, sees what came out.
LogicalResult KernelLowering::lowerClaim(ClaimOp op) {
  if (warps != 1)
    return op.emitError("expects a role of one warp to claim work, but got ") << warps;
  SmallVector<Value> places;
  for (Value place : op.getIndices())
    places.push_back(scalar(place));
  Value counter = elementPointer(globals[op.getCounter()], b.getI32Type(), places);
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  auto branch = scf::IfOp::create(b, loc, TypeRange{b.getI32Type()}, first, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value old = LLVM::AtomicRMWOp::create(b, loc, LLVM::AtomicBinOp::add, counter, i32(1),
                                          LLVM::AtomicOrdering::monotonic);
    scf::YieldOp::create(b, loc, ValueRange{old});
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, loc, ValueRange{i32(0)});
  }
  Value number = NVVM::ShflOp::create(b, loc, b.getI32Type(), i32(-1), branch.getResult(0), i32(0), i32(31),
                                      NVVM::ShflKind::idx, UnitAttr());
  map.map(op.getNumber(), arith::IndexCastOp::create(b, loc, b.getIndexType(), number));
  return success();
}

} // namespace attn::cuda
