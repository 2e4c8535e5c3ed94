// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One small variant written out as plain loops, with mistakes that can be switched on.
#pragma once

#include "lib/Reference/HostTensor.h"

namespace attn::reference::test {

/// Mistakes that compilers and kernels really make.
enum class Fault {
  none,
  // scores
  scaleMissing, scaleOfValueSize, scaleTwice, scaleInverted, keyTransposed, lastFeatureDropped, keyHeadModulo,
  keyHeadOfHead, valueHeadModulo, biasSign, biasOfNextHead, biasByStorage, biasUnscaled, capOutside, capMissing,
  capTimesScale,
  // which pairs
  alignTopLeft, alignOffByOne, windowEndExclusive, windowStartExclusive, windowSwapped, causalIgnored, sinkTokenMissing,
  sinkTokenTwo, orBecomesAnd, maskIgnored, maskedScoreIsZero, maskedScoreIsFinite, lastKeyDropped, firstKeyTwice,
  lastBlockDropped, segmentsIgnored, segmentLeaks, segmentOfKeysForQueries,
  // rows
  accumulatorNotRescaled, sumNotRescaled, rescaleInverted, staleMaximum, sinkMissing, sinkTwice, sinkOfNextHead,
  sinkLinear, notNormalized, normalizedTwice, weightsRounded, emptyRowIsNaN, emptyRowIsMean,
  // results
  lseBase2, lseWithoutMaximum, lseWithoutSink, lseIsSum, headsSwapped, rowsReversed, outputTransposed, valuesShifted,
  count
};

struct NaiveInputs {
  HostTensor query, key, value, slopes, sinks, cuQ, cuK;
};

struct NaiveResults {
  HostTensor output, lse;
};

/// Grouped packed attention, aligned bottom right: softcap 4, a slope per head times the distance, a window of 3 to the
/// left and 1 to the right beside a causal first token, a learned sink in the sum and in the LSE. Computed online in
/// blocks of 4 keys.
NaiveResults naive(const NaiveInputs &inputs, Fault fault);

/// The same as a program for the oracle.
extern const char *const kNaiveProgram;

} // namespace attn::reference::test
