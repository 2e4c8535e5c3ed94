// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What follows --arg: a file, generated numbers or a small value written out.
#ifndef ATTN_RUNTIME_SUPPORT_ARGSPEC_H
#define ATTN_RUNTIME_SUPPORT_ARGSPEC_H

#include "runtime/support/Array.h"

namespace attn::rt {

/// How generated elements are made. normal and uniform: Philox (Philox.h); ramp: 0, 1, 2, …
enum class Generator { Normal, Uniform, Zeros, Ones, Ramp };

/// One parsed --arg. The forms are
///   q.npy[:TYPE][:bnhd]                                  a file, converted to the argument's type
///   shape=1x8x64x128:TYPE:normal[:SEED][:bnhd]           generated; also uniform, zeros, ones, ramp
///   3:index   0.5:f32   [[1,2],[3,4]]:i32                a value; the type may be left out where it is known
/// `bnhd` keeps the 4-d shape and lays it out in memory as batch, token, head, channel.
struct ArgSpec {
  enum class Kind { File, Generated, Value };
  Kind kind;
  std::string text;               ///< the path, or the value
  std::vector<int64_t> shape;     ///< Generated
  std::optional<Element> element; ///< always set for Generated
  Generator generator = Generator::Normal;
  uint64_t seed = 0;
  bool hasSeed = false;    ///< the seed was given
  bool tokenMajor = false; ///< bnhd
};

Result<ArgSpec> parseArgSpec(std::string_view text);

/// Makes the array of argument `number`. `expected` is the argument's element type, where it is known: files are
/// converted to it, values without a type take it; a type in the spec wins.
Result<Array> makeArgument(const ArgSpec &spec, int64_t number, std::optional<Element> expected);

/// Both steps; errors begin with the spec. `seed` is for generated arguments without one of their own.
Result<Array> readArgument(std::string_view text, int64_t number, std::optional<Element> expected, uint64_t seed = 0);

} // namespace attn::rt

#endif
