// Logits and gradients of the zoo's networks, against PyTorch's (testdata/parity.py).
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/testing/status_matchers.h"
#include "models/zoo/formula_tensor.h"
#include "models/zoo/model_factory.h"
#include "models/zoo/parity_cases.h"

namespace mica {
namespace {

at::Tensor Images(const ParityCase& parity) {
  const at::Tensor images = at::empty({parity.images(), 3, parity.side_px(), parity.side_px()});
  const Formula formula("images");
  for (int64_t i = 0; i < images.numel(); ++i) images.data_ptr<float>()[i] = static_cast<float>(formula(i));
  return images;
}

// Parameters and buffers by name.
std::map<std::string, at::Tensor> TensorsOf(const Classifier& model) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& parameter : model.named_parameters()) tensors[parameter.key()] = parameter.value();
  for (const auto& buffer : model.named_buffers()) tensors[buffer.key()] = buffer.value();
  return tensors;
}

// With the formula's weights.
std::shared_ptr<Classifier> Make(const ParityCase& parity) {
  absl::StatusOr<InferredModel> inferred = InferModel(parity.model(), {3, parity.side_px(), parity.side_px()}, parity.classes());
  EXPECT_THAT(inferred, IsOk());
  inferred->initialisation.Clear();  // takes time, and the formula's weights replace it
  absl::StatusOr<std::shared_ptr<Classifier>> model = CreateClassifier(*inferred);
  EXPECT_THAT(model, IsOk());
  const at::NoGradGuard no_grad;
  std::map<std::string, at::Tensor> tensors = TensorsOf(**model);
  for (const ParityTensor& tensor : parity.tensor()) {
    const at::Tensor& values = tensors.at(tensor.name());
    if (!values.is_floating_point()) continue;
    const at::Tensor written = at::empty(values.sizes());
    WriteFormulaTensor(tensor, parity, {written.data_ptr<float>(), static_cast<size_t>(written.numel())});
    values.copy_(written);
  }
  return *std::move(model);
}

void ExpectLogits(const ParityCase& parity, const at::Tensor& logits) {
  ASSERT_EQ(logits.numel(), parity.logits_size());
  double largest = 0;
  for (const double logit : parity.logits()) largest = std::max(largest, std::abs(logit));
  for (int i = 0; i < parity.logits_size(); ++i) EXPECT_NEAR(logits.data_ptr<float>()[i], parity.logits(i), 1e-4 * largest) << i;
}

struct Digest {
  double length, dot;
};

Digest DigestOf(const std::string& name, const at::Tensor& tensor) {
  const at::Tensor values = tensor.to(at::kDouble).contiguous();
  const Formula formula("digest of " + name);
  double squares = 0, dot = 0;
  for (int64_t i = 0; i < values.numel(); ++i) {
    const double value = values.data_ptr<double>()[i];
    squares += value * value;
    dot += value * formula(i);
  }
  return {std::sqrt(squares), dot};
}

// The mean of all logits times the formula "loss".
at::Tensor LossOf(const at::Tensor& logits) {
  const at::Tensor weights = at::empty(logits.sizes(), at::kDouble);
  const Formula formula("loss");
  for (int64_t i = 0; i < weights.numel(); ++i) weights.data_ptr<double>()[i] = formula(i);
  return (logits * weights).mean();
}

// What a training pass has left in the model's tensors.
void ExpectTensors(const ParityCase& parity, const Classifier& model) {
  double longest = 0;
  for (const ParityTensor& tensor : parity.tensor()) longest = std::max(longest, tensor.length());
  const std::map<std::string, at::Tensor> tensors = TensorsOf(model);
  for (const ParityTensor& expected : parity.tensor()) {
    const at::Tensor& tensor = tensors.at(expected.name());
    const Digest digest = DigestOf(expected.name(), tensor.requires_grad() ? tensor.grad() : tensor);
    // Gradients of a bias before a batch norm are zero but for rounding.
    const double tolerance = 1e-5 * std::max(expected.length(), 1e-6 * longest);
    EXPECT_NEAR(digest.length, expected.length(), tolerance) << expected.name();
    EXPECT_NEAR(digest.dot, expected.dot(), tolerance) << expected.name();
  }
}

class ParityTest : public testing::TestWithParam<ParityCase> {};

// Gradients are compared in 64 bits: in 32 bits a value that is nearly zero may be on the other side
// of a ReLU, and that changes some gradients by more than a mistake would.
TEST_P(ParityTest, LogitsAndGradientsAreThoseOfPyTorch) {
  at::set_num_threads(1);  // the shards run side by side
  const ParityCase& parity = GetParam();
  const auto model = Make(parity);
  {
    const at::NoGradGuard no_grad;
    model->eval();
    ExpectLogits(parity, model->forward(Images(parity)).contiguous());
  }

  for (const auto& tensor : TensorsOf(*model)) {  // Module::to would change buffers of integers too
    if (tensor.second.is_floating_point()) tensor.second.set_data(tensor.second.to(at::kDouble));
  }
  model->train();
  LossOf(model->forward(Images(parity).to(at::kDouble))).backward();

  ExpectTensors(parity, *model);
}

INSTANTIATE_TEST_SUITE_P(Zoo, ParityTest, testing::ValuesIn(ParityCases()), [](const auto& info) { return NameOf(info.param); });

}  // namespace
}  // namespace mica
