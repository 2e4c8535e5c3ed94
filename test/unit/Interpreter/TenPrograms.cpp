// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every tile program of the table, run by the interpreter against its sequential reference.
#include "test/unit/Interpreter/Execute.h"
#include "test/unit/Programs/Backward.h"
#include "test/unit/Programs/TestTimeTraining.h"

using namespace attn;
using namespace attn::interpreter;
using programs::Program;
using programs::Run;
using programs::Tensor;
using programs::Tensors;

namespace {

class TenPrograms : public testing::TestWithParam<Run> {
protected:
  /// Runs the case and compares.
  std::string run(double tolerance, const Options &options = {}) {
    auto executor = [&](const Program &program, const Tensors &arguments, const Tensors &results) {
      mlir::OwningOpRef<mlir::ModuleOp> module = parseProgram(program);
      return interpret(module ? *module : nullptr, program, arguments, results, options);
    };
    return check(*GetParam().program, *GetParam().point, executor, tolerance);
  }
};

// What is left is the rounding of constants and of derived arguments to their type.
constexpr double kFloat64Tolerance = 1e-6;

TEST_P(TenPrograms, AgreeInFloat64) { EXPECT_EQ(run(kFloat64Tolerance), ""); }

TEST_P(TenPrograms, AgreeInStoredTypesAndBackwards) {
  EXPECT_EQ(run(GetParam().program->tolerance, {NumberMode::stored, GridOrder::backward}), "");
}

INSTANTIATE_TEST_SUITE_P(Interpreter, TenPrograms, testing::ValuesIn(programs::allRuns()),
                         [](const testing::TestParamInfo<Run> &info) { return info.param.name(); });

TEST(References, BackwardIsTheDerivativeOfForward) {
  Tensor q = programs::randomTensor(programs::Element::f64, {1, 2, 3, 64}, 1);
  Tensor k = programs::randomTensor(programs::Element::f64, {1, 1, 4, 64}, 2);
  Tensor v = programs::randomTensor(programs::Element::f64, {1, 1, 4, 64}, 3);
  Tensor dO = programs::randomTensor(programs::Element::f64, q.shape, 4);
  Tensors exact = programs::gradients(q, k, v, dO);
  auto loss = [&] {
    Tensor o = programs::forward(q, k, v).o;
    double sum = 0;
    for (int64_t i = 0; i < o.size(); ++i)
      sum += o.values[i] * dO.values[i];
    return sum;
  };
  constexpr double step = 1e-5;
  Tensor *inputs[] = {&k, &v};
  for (int which = 0; which < 2; ++which)
    for (int64_t i = 0; i < k.size(); i += 7) {
      double &x = inputs[which]->values[i], kept = x;
      x = kept + step;
      double above = loss();
      x = kept - step;
      double below = loss();
      x = kept;
      EXPECT_NEAR(exact[which].values[i], (above - below) / (2 * step), 1e-8) << which << " " << i;
    }
}

TEST(References, InnerGradientIsTheDerivativeOfTheLoss) {
  auto vector = [](unsigned seed) { return programs::randomTensor(programs::Element::f64, {64}, seed).values; };
  std::vector<double> z = vector(1), target = vector(2), gamma = vector(3), beta = vector(4);
  std::vector<double> exact = programs::innerGradient(z, target, gamma, beta);
  constexpr double step = 1e-5;
  for (size_t d = 0; d < z.size(); ++d) {
    std::vector<double> above = z, below = z;
    above[d] += step;
    below[d] -= step;
    double slope = programs::innerLoss(above, target, gamma, beta) - programs::innerLoss(below, target, gamma, beta);
    EXPECT_NEAR(exact[d], slope / (2 * step), 1e-7) << d;
  }
}

} // namespace
