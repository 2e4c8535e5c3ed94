// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Roles: their teams take turns, in one fixed order or, where states are followed, in a random one.
#include "lib/Interpreter/Routine.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <list>

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

namespace {

/// A team on its way: names and values of its own, rings in common.
struct Team {
  Team(const Machine &parent, Region &role, int64_t number) : machine(parent), routine(machine, role.front()) {
    machine.actor = {&role, number};
    machine.bindInteger(role.getArgument(0), number);
  }
  Team(const Team &) = delete;

  bool canRun() { return !routine.isDone() && isReady(machine, routine.next()); }

  Machine machine;
  Routine routine;
};

class Schedule {
public:
  Schedule(Machine &parent, tile::RolesOp roles) : parent(parent), roles(roles) {
    for (auto [number, body] : llvm::enumerate(roles.getBodies()))
      for (int64_t team = 0; team < roles.getTeams()[number]; ++team)
        teams.emplace_back(parent, body, team);
  }

  LogicalResult run() {
    if (failed(parent.options.protocol ? runRandomly() : runInTurn()))
      return failure();
    for (Team &team : teams)
      parent.knowledge.add(team.machine.knowledge);
    return success();
  }

private:
  bool isDone() {
    return llvm::all_of(teams, [](Team &team) { return team.routine.isDone(); });
  }

  /// Every team in turn until it must wait.
  LogicalResult runInTurn() {
    while (!isDone()) {
      bool moved = false;
      for (Team &team : teams)
        while (team.canRun()) {
          moved = true;
          if (failed(team.routine.step()))
            return failure();
        }
      if (!moved)
        return reportDeadlock();
    }
    return success();
  }

  /// One step of any team that can run, or one landing.
  LogicalResult runRandomly() {
    while (!isDone()) {
      SmallVector<Team *> ready;
      for (Team &team : teams)
        if (team.canRun())
          ready.push_back(&team);
      SmallVector<size_t> landable = parent.flow->landable();
      size_t choices = ready.size() + landable.size();
      if (choices == 0)
        return reportDeadlock();
      size_t choice = parent.flow->choose(choices);
      if (choice >= ready.size())
        parent.flow->land(landable[choice - ready.size()]);
      else if (failed(ready[choice]->routine.step()))
        return failure();
    }
    return success();
  }

  LogicalResult reportDeadlock() {
    std::string places;
    Operation *first = roles;
    for (Team &team : teams) {
      if (team.routine.isDone())
        continue;
      unsigned number = team.machine.actor.role->getRegionNumber();
      if (places.empty())
        first = team.routine.next();
      places += (Twine(places.empty() ? "" : ", ") + roles.getRoleName(number) + " " +
                 Twine(team.machine.actor.team) + " at " + team.routine.next()->getName().getStringRef()).str();
    }
    return parent.fail(first, "waits for ever: " + Twine(places));
  }

  Machine &parent;
  tile::RolesOp roles;
  std::list<Team> teams;
};

} // namespace

static LogicalResult runRoles(Machine &machine, Operation *op) {
  return Schedule(machine, cast<tile::RolesOp>(op)).run();
}

static LogicalResult runClaim(Machine &machine, Operation *op) {
  auto claim = cast<tile::ClaimOp>(op);
  Buffer counter = machine.buffer(claim.getCounter());
  SmallVector<int64_t, 4> indices = machine.integers(claim.getIndices());
  if (!counter.inside(indices))
    return machine.fail(op, "expects indices inside the counter");
  int64_t &number = counter.memory->integers[counter.address(indices)];
  machine.bindInteger(claim.getNumber(), number);
  number = wrap(number + 1, 32);
  return success();
}

static LogicalResult runBlocks(Machine &machine, Operation *op) {
  auto blocks = cast<tile::BlocksOp>(op);
  machine.bindInteger(blocks.getBlock(), machine.block);
  machine.bindInteger(blocks.getBlocks(), machine.blocks);
  return success();
}

static LogicalResult runExtents(Machine &machine, Operation *op) {
  for (auto [result, extent] : llvm::zip(op->getResults(), machine.extents))
    machine.bindInteger(result, extent);
  return success();
}

void attn::interpreter::addRoleOps(HandlerTable &table) {
  table["tile.roles"] = runRoles;
  table["tile.claim"] = runClaim;
  table["tile.blocks"] = runBlocks;
  table["tile.extents"] = runExtents;
}
