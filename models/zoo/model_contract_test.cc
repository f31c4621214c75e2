// What every model must satisfy: tests each arm of ModelConfig with its defaults, so a new arm
// needs no edit here. An arm that holds a list of layers has no network by default; it gets one
// with a layer of each kind that has weights. Networks of more than 6 million parameters are left
// to parity_test, because they take long.
#include <ATen/Context.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <map>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/weights/weights.h"
#include "models/zoo/model_factory.h"

namespace mica {
namespace {

constexpr int kClasses = 7;
constexpr int64_t kMaxParametersHere = 6'000'000;

constexpr char kLayers[] = R"(
    layer { name: "stem" block { layer { conv2d { out_channels: 6 bias: false } } layer { batch_norm {} } layer { relu {} } layer { max_pool {} } } }
    layer { global_average_pool {} }
    layer { linear {} })";

ModelConfig ConfigOf(const std::string& arm) {
  const auto* field = ModelConfig::descriptor()->FindFieldByName(arm);
  const bool is_list = field->message_type()->FindFieldByName("layer") != nullptr;
  return ParseTextOrDie<ModelConfig>(arm + " { " + (is_list ? kLayers : "") + " }");
}

// For the first of some sizes that is large enough.
InferredModel InferSmallest(const std::string& arm, int channels) {
  absl::Status status;
  for (const int side : {28, 33, 49, 65, 225}) {
    absl::StatusOr<InferredModel> inferred = InferModel(ConfigOf(arm), {channels, side, side + 1}, kClasses);
    if (inferred.ok()) return *std::move(inferred);
    status = inferred.status();
  }
  ADD_FAILURE() << arm << " " << status;
  return {};
}

std::vector<std::string> Arms() {
  std::vector<std::string> arms;
  const auto* kind = ModelConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) {
    const std::string arm = kind->field(i)->name();
    if (TotalOf(InferSmallest(arm, /*channels=*/1).layers).parameters <= kMaxParametersHere) arms.push_back(arm);
  }
  return arms;
}

class ModelContractTest : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<Classifier> Make(uint64_t seed) const {
    at::manual_seed(seed);
    absl::StatusOr<std::shared_ptr<Classifier>> model = CreateClassifier(inferred_);
    EXPECT_THAT(model, IsOk());
    return *std::move(model);
  }

  at::Tensor Images(int64_t count) const {
    const LayerShape& shape = inferred_.layers[0].input;
    return at::rand({count, shape.channels, shape.height_px, shape.width_px});
  }

  const InferredModel inferred_ = InferSmallest(GetParam(), /*channels=*/3);
};

using Tensors = std::map<std::string, std::vector<int64_t>>;

void AppendTensors(absl::Span<const InferredLayer> layers, Tensors* tensors) {
  for (const InferredLayer& layer : layers) {
    for (const LayerTensor& tensor : layer.tensors) tensors->emplace(tensor.name, tensor.shape);
    AppendTensors(layer.layers, tensors);
  }
}

TEST_P(ModelContractTest, HasTheTensorsThatAreInferred) {
  Tensors expected, found;
  AppendTensors(inferred_.layers, &expected);
  for (const NamedTensor& tensor : WeightsOf(*Make(1))) found.emplace(tensor.name, tensor.tensor.sizes().vec());
  EXPECT_EQ(found, expected);
}

TEST_P(ModelContractTest, GivesOneLogitAClass) {
  const auto model = Make(1);
  EXPECT_EQ(model->forward(Images(3)).sizes(), (std::vector<int64_t>{3, kClasses}));
  model->eval();
  EXPECT_EQ(model->forward(Images(1)).sizes(), (std::vector<int64_t>{1, kClasses}));
}

TEST_P(ModelContractTest, EveryParameterGetsAGradient) {
  const auto model = Make(1);
  const at::Tensor labels = at::arange(16) % kClasses;

  const at::Tensor loss = at::cross_entropy_loss(model->forward(Images(16)), labels);
  loss.backward();

  EXPECT_TRUE(loss.isfinite().item<bool>());
  for (const auto& parameter : model->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().sum().item<double>(), 0) << parameter.key();
  }
}

TEST_P(ModelContractTest, EqualSeedsGiveEqualWeightsAndOthersDoNot) {
  const std::vector<NamedTensor> a = WeightsOf(*Make(1)), b = WeightsOf(*Make(1)), c = WeightsOf(*Make(2));

  bool any_differs = false;  // not all differ: biases of zero, statistics of batch norms
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i].tensor.equal(b[i].tensor)) << a[i].name;
    any_differs |= !a[i].tensor.equal(c[i].tensor);
  }
  EXPECT_TRUE(any_differs);
}

TEST_P(ModelContractTest, CopiedWeightsRestoreTheSameOutputs) {
  const auto model = Make(1), other = Make(2);
  const at::Tensor images = Images(2);
  model->eval();
  other->eval();
  const torch::NoGradGuard no_gradients;
  const at::Tensor logits = model->forward(images);
  ASSERT_FALSE(logits.equal(other->forward(images)));

  RestoreWeights(CopyWeights(*model), *other);

  EXPECT_TRUE(logits.equal(other->forward(images)));
}

// Largest difference relative to the largest logit.
double Difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

TEST_P(ModelContractTest, EveryWayThroughGivesTheSameLogits) {
  const auto model = Make(1);
  model->eval();
  const at::Tensor images = Images(2), channels_last = images.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor with_gradients = model->forward(images).detach();
  const torch::NoGradGuard no_gradients;
  std::vector<std::string> watched;
  const at::Tensor layer_by_layer =
      model->ForwardWatched(channels_last, [&](const std::string& name, const at::Tensor&) { watched.push_back(name); });

  EXPECT_LT(Difference(model->forward(channels_last), layer_by_layer), 1e-5);
  EXPECT_LT(Difference(model->forward(images), layer_by_layer), 1e-5);
  EXPECT_LT(Difference(with_gradients, layer_by_layer), 1e-5);
  EXPECT_THAT(watched, testing::Not(testing::IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Zoo, ModelContractTest, testing::ValuesIn(Arms()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace mica
