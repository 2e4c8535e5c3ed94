// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names and their values, dispatch of ops, errors with their location.
#include "lib/Interpreter/Routine.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace attn::interpreter;

Machine::Machine(const Options &options) : options(options), flow(std::make_shared<Flow>()) {
  flow->random.seed(options.seed);
}

//===- values -------------------------------------------------------------===//

const Tile &Machine::tile(Value value) const {
  return **std::get_if<std::shared_ptr<const Tile>>(&values.find(value)->second);
}

SmallVector<int64_t, 4> Machine::integers(ValueRange range) const {
  SmallVector<int64_t, 4> numbers;
  for (Value value : range)
    numbers.push_back(integer(value));
  return numbers;
}

Buffer Machine::buffer(Value value) const { return *std::get_if<Buffer>(&values.find(value)->second); }

const BlockList &Machine::list(Value value) const {
  return **std::get_if<std::shared_ptr<const BlockList>>(&values.find(value)->second);
}

const std::shared_ptr<Ring> &Machine::sharedRing(Value value) const {
  return *std::get_if<std::shared_ptr<Ring>>(&values.find(value)->second);
}

const SlotView &Machine::slot(Value value) const { return *std::get_if<SlotView>(&values.find(value)->second); }

const std::shared_ptr<Barriers> &Machine::barriers(Value value) const {
  return *std::get_if<std::shared_ptr<Barriers>>(&values.find(value)->second);
}

std::shared_ptr<Transfer> Machine::transfer(Value value) const {
  auto *found = std::get_if<std::shared_ptr<Transfer>>(&values.find(value)->second);
  return found ? *found : nullptr;
}

void Machine::bind(Value value, Tile tile) {
  if (options.mode == NumberMode::stored && tile.element != Element::f64)
    for (double &number : tile.reals)
      number = roundReal(tile.element, number);
  values[value] = std::make_shared<const Tile>(std::move(tile));
}

void Machine::bindInteger(Value value, int64_t number) {
  bind(value, Tile::integer(*elementOf(value.getType()), number));
}

void Machine::move(ValueRange from, ValueRange to) {
  SmallVector<Datum> moved;
  for (Value value : from)
    moved.push_back(values.find(value)->second);
  for (auto [value, datum] : llvm::zip(to, moved))
    values[value] = std::move(datum);
}

LogicalResult Machine::bindArgument(Operation *op, Value value, const Buffer &argument, const Twine &what) {
  Type type = value.getType();
  std::optional<Element> element = elementOf(type);
  if (!element)
    return fail(op, what + " has a type that the interpreter does not know");
  if (!argument.memory)
    return fail(op, what + " has no memory");
  if (argument.element() != *element)
    return fail(op, what + " expects elements of type " + reference::elementName(*element) + ", but got " +
                        reference::elementName(argument.element()));
  auto memref = dyn_cast<MemRefType>(type);
  int64_t rank = memref ? memref.getRank() : 0;
  if (argument.rank() != rank)
    return fail(op, what + " expects rank " + Twine(rank) + ", but got " + Twine(argument.rank()));
  if (!memref) {
    Tile scalar(*element, {});
    scalar.copy(0, *argument.memory, argument.offset);
    bind(value, std::move(scalar));
    return success();
  }
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(memref.getStridesAndOffset(strides, offset)))
    return fail(op, what + " expects a memref with strides");
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!memref.isDynamicDim(dim) && memref.getDimSize(dim) != argument.shape[dim])
      return fail(op, what + " expects dim " + Twine(dim) + " to be " + Twine(memref.getDimSize(dim)) + ", but got " +
                          Twine(argument.shape[dim]));
  for (int64_t dim = 0; dim < rank; ++dim)
    if (argument.shape[dim] > 1 && !ShapedType::isDynamic(strides[dim]) && strides[dim] != argument.strides[dim])
      return fail(op, what + " expects stride " + Twine(strides[dim]) + " of dim " + Twine(dim) + ", but got " +
                          Twine(argument.strides[dim]));
  values[value] = argument;
  return success();
}

//===- dispatch -----------------------------------------------------------===//

static const HandlerTable &handlers() {
  static const HandlerTable table = [] {
    HandlerTable table;
    addArithOps(table);
    addCompareOps(table);
    addCastOps(table);
    addMathOps(table);
    addTensorOps(table);
    addMemRefOps(table);
    addListOps(table);
    addAccessOps(table);
    addCombineOps(table);
    addComputeOps(table);
    addLaunchOps(table);
    addProductOps(table);
    addRingOps(table);
    addRoleOps(table);
    addSyncOps(table);
    return table;
  }();
  return table;
}

/// Known elements, and not too many of them for a tile.
static bool canHold(Type type) {
  constexpr int64_t limit = int64_t(1) << 28;
  if (isa<attn::tile::ListType, attn::tile::SlotType, attn::tile::PendingType, attn::tile::BarriersType>(type))
    return true;
  if (auto ring = dyn_cast<attn::tile::RingType>(type))
    return llvm::all_of(ring.getTiles(), canHold);
  if (auto slots = dyn_cast<attn::tile::SlotsType>(type))
    return llvm::all_of(slots.getTiles(), canHold);
  auto shaped = dyn_cast<ShapedType>(type);
  if (shaped && !isa<MemRefType>(type)) {
    if (!shaped.hasStaticShape())
      return false;
    int64_t count = 1;
    for (int64_t extent : shaped.getShape())
      if (llvm::MulOverflow(count, extent, count) || count > limit)
        return false;
  }
  return elementOf(type).has_value();
}

LogicalResult Machine::countOp(Operation *op) {
  if (options.ran && !isa<attn::tile::PassOp>(op))
    options.ran->insert(op);
  if (options.maxOps && ++opCount > options.maxOps)
    return fail(op, "is past the limit of " + Twine(options.maxOps) + " ops");
  for (Type type : op->getResultTypes())
    if (!canHold(type))
      return fail(op, "has a result that the interpreter cannot hold");
  return success();
}

/// Ops that follow states themselves.
static bool isFlowOp(Operation *op) {
  return isa<attn::tile::PutOp, attn::tile::ReadOp, attn::tile::IssueOp, attn::tile::AwaitOp, attn::tile::CopyOp,
             attn::tile::CopyOutOp>(op);
}

LogicalResult Machine::runOp(Operation *op) {
  auto handler = handlers().find(op->getName().getStringRef());
  if (handler == handlers().end())
    return fail(op, "is not an op that the interpreter runs");
  auto isTile = [](Type type) { return attn::tile::isTile(type); };
  if (options.protocol && !isFlowOp(op) &&
      (llvm::any_of(op->getOperandTypes(), isTile) || llvm::any_of(op->getResultTypes(), isTile)))
    return skipTiles(*this, op);
  return handler->second(*this, op);
}

/// Alone, nobody but what is in flight can end a wait.
LogicalResult Machine::run(Block &block) {
  Routine routine(*this, block);
  while (!routine.isDone()) {
    SmallVector<size_t> landable = flow->landable();
    if (!isReady(*this, routine.next())) {
      if (landable.empty())
        return fail(routine.next(), "waits for ever");
      flow->land(landable[flow->choose(landable.size())]);
    } else if (!landable.empty() && flow->choose(2)) {
      flow->land(landable[flow->choose(landable.size())]);
    } else if (failed(routine.step())) {
      return failure();
    }
  }
  return success();
}

//===- errors -------------------------------------------------------------===//

static void print(Location loc, llvm::raw_ostream &os) {
  if (auto file = dyn_cast<FileLineColLoc>(loc))
    os << file.getFilename().getValue() << ':' << file.getLine() << ':' << file.getColumn();
  else
    loc.print(os);
}

LogicalResult Machine::fail(Operation *op, const Twine &message) {
  if (error->empty()) {
    llvm::raw_string_ostream os(*error);
    print(op->getLoc(), os);
    os << ": '" << op->getName() << "' " << message;
  }
  return failure();
}

llvm::Error Machine::takeError() {
  if (error->empty())
    return llvm::Error::success();
  return llvm::createStringError(llvm::inconvertibleErrorCode(), *error);
}
