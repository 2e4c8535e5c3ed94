// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line of attn-viz, and stand-ins for the tensors that a mask does not read.
#include "lib/Run/Draw.h"

#include "dialects/Attn/AttnOps.h"
#include "lib/Run/Arguments.h"
#include "lib/Run/Oracle.h"
#include "lib/Run/Program.h"
#include "lib/Run/Words.h"
#include "lib/Transforms/Attn/Roles.h"
#include "lib/Viz/MaskPairs.h"
#include "mlir/IR/BuiltinTypes.h"
#include "runtime/support/ArgSpec.h"

using namespace mlir;

namespace attn {
namespace {

struct Command {
  std::string input, output, variant, entry;
  std::vector<std::string> args;
  int64_t queries = 256, keys = 0, rows = 32, cols = 32, head = 0, heads = 0, batch = 0;
  bool help = false;
};

constexpr const char *kHelp = R"(usage: attn-viz FILE.mlir | --variant=NAME [options] -o OUT.svg
Draws the mask of a function: the class of every tile, and the pairs of the partial ones.

  -o OUT.svg            where the picture goes; - is standard output
  --queries=N --keys=N  the plane; 256 and as many keys as queries
  --rows=N --cols=N     the tile; 32 and 32
  --head=N --batch=N    which head and batch; 0 and 0
  --heads=N             how many heads; as the function says, or one more than --head
  --arg SPEC            what masks and domains read, in order: as attn-run takes it
  --entry=NAME          the function; may be left out where there is one
  --variant=NAME        a file of the catalogue, lib/Variants/NAME.mlir

Exit code: 0 ok, 1 refused or failed.
)";

llvm::Expected<Command> parseCommand(int argc, char **argv) {
  Command command;
  constexpr int64_t kMost = 1 << 14;
  WordOption options[] = {{"-o", true, setText(command.output)},
                          {"--entry", true, setText(command.entry)},
                          {"--variant", true, setText(command.variant)},
                          {"--arg", true, addText(command.args)},
                          {"--queries", true, setInteger("--queries", command.queries, 1, kMost)},
                          {"--keys", true, setInteger("--keys", command.keys, 1, kMost)},
                          {"--rows", true, setInteger("--rows", command.rows, 1, kMost)},
                          {"--cols", true, setInteger("--cols", command.cols, 1, kMost)},
                          {"--head", true, setInteger("--head", command.head, 0, kMost)},
                          {"--heads", true, setInteger("--heads", command.heads, 1, kMost)},
                          {"--batch", true, setInteger("--batch", command.batch, 0, kMost)},
                          {"--help", false, setFlag(command.help)},
                          {"-h", false, setFlag(command.help)}};
  llvm::Expected<std::string> input = parseWords(argc, argv, options);
  if (!input)
    return input.takeError();
  command.input = *input;
  if (command.help)
    return command;
  if (llvm::Error error = checkSource(command.input, command.variant))
    return std::move(error);
  if (command.output.empty())
    return llvm::createStringError("expects -o OUT.svg");
  command.keys = command.keys ? command.keys : command.queries;
  command.heads = command.heads ? command.heads : command.head + 1;
  return command;
}

int64_t extentFor(Role role, const Command &command) {
  switch (role) {
  case Role::batch: return command.batch + 1;
  case Role::queryHeads: return command.heads;
  case Role::queries: return command.queries;
  case Role::keys: return command.keys;
  default: return 1;
  }
}

/// Whether masks or domains read an argument.
bool shapesPlane(BlockArgument argument) {
  return llvm::any_of(argument.getUsers(), [](Operation *user) { return isa<MaskOpInterface, ScoreOp>(user); });
}

/// Zeros of the right shape for queries, keys and values, and for what only scores read; the others from --arg.
llvm::Expected<std::vector<reference::HostTensor>> makeArguments(func::FuncOp function, const Command &command) {
  std::vector<std::optional<std::vector<int64_t>>> shapes(function.getNumArguments());
  for (const TokenUse &use : findTokenUses(function)) {
    std::vector<int64_t> shape;
    for (auto [extent, role] : llvm::zip(cast<RankedTensorType>(use.argument.getType()).getShape(), use.roles))
      shape.push_back(ShapedType::isDynamic(extent) ? extentFor(role, command) : extent);
    shapes[use.argument.getArgNumber()] = std::move(shape);
  }
  for (BlockArgument argument : function.getArguments()) {
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    if (shapes[argument.getArgNumber()] || shapesPlane(argument))
      continue;
    std::vector<int64_t> &shape = shapes[argument.getArgNumber()].emplace();
    for (int64_t extent : tensor ? tensor.getShape() : llvm::ArrayRef<int64_t>())
      shape.push_back(ShapedType::isDynamic(extent) ? 1 : extent);
  }
  std::string missing;
  std::vector<reference::HostTensor> tensors;
  size_t next = 0;
  for (auto [number, type] : llvm::enumerate(function.getArgumentTypes())) {
    if (shapes[number]) {
      tensors.emplace_back(reference::elementOf(type).value_or(reference::Element::f32), *shapes[number]);
      continue;
    }
    missing += (missing.empty() ? "" : ", ") + nameOf(function, number);
    if (next >= command.args.size()) {
      ++next;
      continue;
    }
    rt::Result<rt::Array> array = rt::readArgument(command.args[next++], number, arrayElement(type));
    if (!array)
      return llvm::createStringError(array.error().message + " (argument '" + nameOf(function, number) + "')");
    auto shaped = dyn_cast<RankedTensorType>(type);
    if (shaped && shaped.getRank() != array->rank())
      return llvm::createStringError("argument '" + nameOf(function, number) + "' expects " +
                                     llvm::Twine(shaped.getRank()) + " dims, but got " + llvm::Twine(array->rank()));
    tensors.push_back(toHostTensor(*array, type));
  }
  if (next != command.args.size() || tensors.size() != function.getNumArguments())
    return llvm::createStringError("expects " + llvm::Twine(next) + " --arg" +
                                   (missing.empty() ? "" : " (" + missing + ")") + ", but got " +
                                   llvm::Twine(command.args.size()));
  return tensors;
}

llvm::Error draw(const Command &command, FILE *out) {
  auto program = Program::load(command.input, command.variant, {});
  if (!program)
    return program.takeError();
  llvm::Expected<func::FuncOp> function = (*program)->find(command.entry);
  if (!function)
    return function.takeError();
  auto arguments = makeArguments(*function, command);
  if (!arguments)
    return arguments.takeError();
  auto planes = viz::findPlanes(*function, *arguments);
  if (!planes)
    return planes.takeError();
  if (planes->empty())
    return llvm::createStringError("function '" + function->getSymName() + "' has no plane of scores");
  const viz::MaskedPlane &plane = planes->front();
  if (command.head >= plane.plane.domain.heads || command.batch >= plane.plane.domain.batch)
    return llvm::createStringError("expects --head below " + llvm::Twine(plane.plane.domain.heads) +
                                   " and --batch below " + llvm::Twine(plane.plane.domain.batch) + ", but got " +
                                   llvm::Twine(command.head) + " and " + llvm::Twine(command.batch));
  viz::MaskPicture picture;
  picture.title = function->getSymName().str();
  picture.columns = plane.plane.domain.keys;
  picture.tileRows = command.rows;
  picture.tileColumns = command.cols;
  for (int64_t i = 0; i < plane.plane.domain.queries; ++i)
    picture.rows.push_back(plane.row(command.batch, command.head, i));
  std::string text;
  llvm::raw_string_ostream stream(text);
  viz::writeSvg(picture, stream);
  return writeWhole(command.output, text, out);
}

} // namespace

int drawMain(int argc, char **argv, FILE *out, FILE *err) {
  llvm::Expected<Command> command = parseCommand(argc, argv);
  llvm::Error error = command ? llvm::Error::success() : command.takeError();
  if (!error && command->help)
    return fprintf(out, "%s", kHelp), 0;
  if (!error)
    error = draw(*command, out);
  if (!error)
    return 0;
  fprintf(err, "attn-viz: %s\n", llvm::toString(std::move(error)).c_str());
  return 1;
}

} // namespace attn
