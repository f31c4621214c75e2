// What every model must satisfy: tests each arm of ModelConfig with its defaults, so a new arm
// needs no edit here. An arm that holds a list of layers has no network by default; it gets one
// with a layer of each kind that has weights.
#include <ATen/Context.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/weights/weights.h"
#include "models/zoo/model_factory.h"

namespace mica {
namespace {

constexpr int kClasses = 7;
constexpr LayerShape kShape{/*channels=*/1, /*height_px=*/28, /*width_px=*/28};

constexpr char kLayers[] = R"(
    layer { name: "stem" block { layer { conv2d { out_channels: 6 bias: false } } layer { batch_norm {} } layer { relu {} } layer { max_pool {} } } }
    layer { global_average_pool {} }
    layer { linear {} })";

std::vector<std::string> Arms() {
  std::vector<std::string> arms;
  const auto* kind = ModelConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) arms.push_back(kind->field(i)->name());
  return arms;
}

class ModelContractTest : public testing::TestWithParam<std::string> {
 protected:
  std::shared_ptr<Classifier> Make(uint64_t seed, const LayerShape& shape = kShape) {
    const auto* arm = ModelConfig::descriptor()->FindFieldByName(GetParam());
    const bool is_list = arm->message_type()->FindFieldByName("layer") != nullptr;
    const auto config = ParseTextOrDie<ModelConfig>(GetParam() + " { " + (is_list ? kLayers : "") + " }");
    const absl::StatusOr<InferredModel> inferred = InferModel(config, shape, kClasses);
    EXPECT_THAT(inferred, IsOk());
    at::manual_seed(seed);
    absl::StatusOr<std::shared_ptr<Classifier>> model = CreateClassifier(*inferred);
    EXPECT_THAT(model, IsOk());
    return *std::move(model);
  }
};

TEST_P(ModelContractTest, GivesOneLogitAClass) {
  const auto model = Make(1);

  EXPECT_EQ(model->forward(at::rand({3, 1, 28, 28})).sizes(), (std::vector<int64_t>{3, kClasses}));
  EXPECT_EQ(model->forward(at::rand({1, 1, 28, 28})).sizes(), (std::vector<int64_t>{1, kClasses}));
}

TEST_P(ModelContractTest, TakesColourAndOddSizes) {
  const auto model = Make(1, {3, 17, 23});

  EXPECT_EQ(model->forward(at::rand({2, 3, 17, 23})).sizes(), (std::vector<int64_t>{2, kClasses}));
}

TEST_P(ModelContractTest, EveryParameterGetsAGradient) {
  const auto model = Make(1);
  const at::Tensor labels = at::arange(32) % kClasses;

  const at::Tensor loss = at::cross_entropy_loss(model->forward(at::rand({32, 1, 28, 28})), labels);
  loss.backward();

  EXPECT_TRUE(loss.isfinite().item<bool>());
  for (const auto& parameter : model->named_parameters()) {
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
  const at::Tensor images = at::rand({4, 1, 28, 28});
  model->eval();
  other->eval();
  ASSERT_FALSE(model->forward(images).equal(other->forward(images)));

  RestoreWeights(CopyWeights(*model), *other);

  EXPECT_TRUE(model->forward(images).equal(other->forward(images)));
}

TEST_P(ModelContractTest, ChannelsLastGivesTheSameLogits) {
  const auto model = Make(1, {3, 28, 28});
  model->eval();
  const at::Tensor images = at::rand({4, 3, 28, 28});

  EXPECT_TRUE(model->forward(images).allclose(model->forward(images.contiguous(at::MemoryFormat::ChannelsLast)), 1e-5, 1e-6));
}

INSTANTIATE_TEST_SUITE_P(Zoo, ModelContractTest, testing::ValuesIn(Arms()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace mica
