// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a real model computed, against the catalogue's programs.
#include "runtime/support/Npy.h"
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace attn::reference;
using namespace attn::reference::test;

static HostTensor readData(const std::string &name, Element element) {
  attn::rt::Result<attn::rt::Array> array = attn::rt::readNpy(ATTN_SOURCE_DIR "/examples/data/" + name + ".npy");
  if (!array) {
    ADD_FAILURE() << array.error().message;
    return HostTensor();
  }
  HostTensor tensor(element, array->shape());
  for (int64_t number = 0; number < tensor.size(); ++number)
    tensor.values[number] = array->real(number);
  return tensor;
}

static std::string readVariant(const std::string &name) {
  std::ifstream file(ATTN_SOURCE_DIR "/lib/Variants/" + name + ".mlir");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ModelOutput, Speech) {
  Tensors arguments;
  for (const char *name : {"speech_query", "speech_key", "speech_value"})
    arguments.push_back(readData(name, Element::f32));
  Tensors results = evaluateOrFail(readVariant("mha"), arguments);
  attn::rt::Comparison comparison = compare(results[0], readData("speech_model_output", Element::f32), {1e-5, 1e-5});
  EXPECT_TRUE(comparison.passed) << comparison.text;
  EXPECT_LE(comparison.maxAbs, 1.2e-6);
}

TEST(ModelOutput, PackedDocuments) {
  Tensors arguments;
  for (const char *name : {"packed_query", "packed_key", "packed_value"})
    arguments.push_back(readData(name, Element::f32));
  for (int n = 0; n < 2; ++n)
    arguments.push_back(readData("packed_lengths", Element::i32));
  Tensors results = evaluateOrFail(readVariant("packed_documents"), arguments);
  attn::rt::Comparison comparison = compare(results[0], readData("packed_model_output", Element::f32), {1e-5, 1e-5});
  EXPECT_TRUE(comparison.passed) << comparison.text;
  EXPECT_LE(comparison.maxAbs, 3.2e-6);
}
