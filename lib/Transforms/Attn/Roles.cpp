// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds what the extents of an entry's arguments stand for from the ops that use them.
#include "lib/Transforms/Attn/Roles.h"
#include "dialects/Attn/AttnOps.h"

using namespace mlir;
using namespace attn;

StringRef attn::nameOf(Role role) {
  switch (role) {
  case Role::batch:
    return "B";
  case Role::queryHeads:
    return "H";
  case Role::keyHeads:
    return "Hkv";
  case Role::queries:
    return "M";
  case Role::keys:
    return "N";
  case Role::headSize:
    return "D";
  case Role::valueSize:
    return "Dv";
  }
  return "";
}

namespace {
struct Finder {
  SmallVector<TokenUse> uses;

  /// Records a use, also through gates of tensors, which keep every extent.
  void add(Operation *user, Value tensor, ArrayRef<Role> roles, unsigned term = 0) {
    while (auto gate = tensor.getDefiningOp<GateOp>())
      tensor = gate.getSource();
    auto argument = dyn_cast<BlockArgument>(tensor);
    if (!argument || !isa<func::FuncOp>(argument.getOwner()->getParentOp()))
      return;
    TokenUse use;
    use.argument = argument;
    llvm::copy(roles, use.roles);
    use.term = term;
    use.user = user;
    uses.push_back(use);
  }

  void addTerms(Operation *user, ValueRange terms) {
    for (size_t n = 0; n + 1 < terms.size(); n += 2) {
      add(user, terms[n], {Role::batch, Role::queryHeads, Role::queries, Role::headSize}, n / 2);
      add(user, terms[n + 1], {Role::batch, Role::keyHeads, Role::keys, Role::headSize}, n / 2);
    }
  }
  void addValues(Operation *user, Value values) {
    if (values)
      add(user, values, {Role::batch, Role::keyHeads, Role::keys, Role::valueSize});
  }
};
} // namespace

SmallVector<TokenUse> attn::findTokenUses(func::FuncOp func) {
  Finder finder;
  func.walk([&](Operation *op) {
    if (auto score = dyn_cast<ScoreOp>(op)) {
      finder.addTerms(op, score.getTerms());
    } else if (auto apply = dyn_cast<ApplyOp>(op)) {
      finder.addValues(op, apply.getValues());
    } else if (auto attend = dyn_cast<AttendOp>(op)) {
      finder.addTerms(op, attend.getTerms());
      finder.addValues(op, attend.getValues());
    } else if (auto merge = dyn_cast<MergeOp>(op); merge && merge.hasPairs()) {
      for (unsigned n = 0; n < merge.numParts(); ++n)
        finder.add(op, merge.part(n).front(), {Role::batch, Role::queryHeads, Role::queries, Role::valueSize});
    }
  });
  return finder.uses;
}
