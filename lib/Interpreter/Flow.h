// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings, slots, and what is in flight: the state that the teams of a program share.
#pragma once

#include "lib/Interpreter/Numbers.h"
#include "lib/Interpreter/Sync.h"
#include "mlir/IR/Operation.h"

#include <map>
#include <memory>
#include <random>
#include <vector>

namespace attn::interpreter {

/// Who runs an op: a team of a role, or the program itself outside of roles.
struct Actor {
  mlir::Region *role = nullptr;
  int64_t team = 0;
  bool operator<(const Actor &other) const { return std::tie(role, team) < std::tie(other.role, other.team); }
  bool operator==(const Actor &other) const { return role == other.role && team == other.team; }
};

struct Ring;

/// A copy or a product. It has landed when its memory or its registers hold the result; it is known to have when its
/// team has awaited it, or a later product.
struct Transfer {
  Transfer(mlir::Operation *op, Actor actor, bool isProduct) : op(op), actor(actor), isProduct(isProduct) {}

  mlir::Operation *op;
  Actor actor;
  bool isProduct, landed = false, known = false;
  Tile result;
  /// The payloads that it reads.
  llvm::SmallVector<std::pair<Ring *, int64_t>, 2> reads;
  /// Its accesses to slots of no ring, and for a copy the barrier where it lands.
  llvm::SmallVector<size_t, 2> accesses;
  std::shared_ptr<Barriers> barriers;
  int64_t stage = 0, bytes = 0;
};

/// One filling of a slot.
struct Payload {
  std::vector<Tile> tiles;
  llvm::SmallVector<std::shared_ptr<Transfer>, 2> copies;
  /// Who holds the slot now, and how many have let go of it.
  llvm::SmallVector<Actor, 2> filling, reading;
  int64_t committed = 0, released = 0;
};

/// A ring, or slots of none, which have histories and a payload for each stage.
struct Ring {
  mlir::Operation *op;
  int64_t depth = 1, fillers = 0, readers = 0;
  std::vector<Payload> payloads;
  std::map<Actor, int64_t> acquired, waited;
  std::vector<History> histories;

  Payload &at(int64_t number) {
    if (number >= static_cast<int64_t>(payloads.size()))
      payloads.resize(number + 1);
    return payloads[number];
  }
  bool isFull(int64_t number);
  bool isFree(int64_t number);
};

/// A slot or a view of one.
struct SlotView {
  std::shared_ptr<Ring> ring;
  int64_t number = 0, part = 0, row = 0, col = 0;
  Payload &payload() const { return ring->at(number); }
};

/// What all teams of a program share.
struct Flow {
  std::mt19937_64 random;
  /// What has not landed, and what nobody has awaited, both in the order of their begin.
  std::vector<std::shared_ptr<Transfer>> flying, open;
  std::vector<std::shared_ptr<Ring>> rings;
  std::vector<std::shared_ptr<Barriers>> barriers;
  /// Slots of no ring, and how many accesses they have had.
  std::vector<std::shared_ptr<Ring>> slots;
  size_t accesses = 0;

  /// Numbers in `flying` of what may land next: any copy, and of the products of an actor the first.
  llvm::SmallVector<size_t> landable() const;
  void land(size_t number);
  size_t choose(size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random); }
};

} // namespace attn::interpreter
