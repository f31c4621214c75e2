// Tensors, parameters and multiply-adds of every network of the zoo, against PyTorch's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/config_problems.h"
#include "base/testing/status_matchers.h"
#include "models/model_validation.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/parity_cases.h"

namespace mica {
namespace {

using testing::IsEmpty;

// Shapes as text, by name.
using Shapes = std::map<std::string, std::string>;

class ZooCountsTest : public testing::TestWithParam<ParityCase> {};

TEST_P(ZooCountsTest, CountsAreThoseOfThePublishedNetwork) {
  const ParityCase& parity = GetParam();
  const int side = parity.published_side_px();

  const auto model = InferModel(parity.model(), {3, side, side}, parity.published_classes());

  ASSERT_THAT(model, IsOk());
  EXPECT_EQ(TotalOf(model->layers).parameters, parity.published_parameters());
  EXPECT_EQ(TotalOf(model->layers).multiply_adds, parity.published_multiply_adds());
}

TEST_P(ZooCountsTest, TensorsHaveTheNamesAndShapesOfThePublishedOnes) {
  const ParityCase& parity = GetParam();
  Shapes expected, shapes;
  for (const ParityTensor& tensor : parity.tensor()) expected[tensor.name()] = absl::StrJoin(tensor.shape(), "x");

  const auto model = InferModel(parity.model(), {3, parity.side_px(), parity.side_px()}, parity.classes());

  ASSERT_THAT(model, IsOk());
  for (const InferredLayer* layer : LeavesOf(model->layers)) {
    for (const LayerTensor& tensor : layer->tensors) shapes[tensor.name] = absl::StrJoin(tensor.shape, "x");
  }
  EXPECT_EQ(shapes, expected);
}

// What the zoo writes is what a user may write.
TEST_P(ZooCountsTest, TheListOfLayersIsValid) {
  const auto layers = AsLayers(GetParam().model());
  ASSERT_THAT(layers, IsOk());
  ConfigProblems problems;

  ValidateModelConfig(*layers, "model", &problems);

  for (const ConfigProblem& problem : problems.all()) ADD_FAILURE() << problem.message;
}

INSTANTIATE_TEST_SUITE_P(Zoo, ZooCountsTest, testing::ValuesIn(ParityCases()), [](const auto& info) { return NameOf(info.param); });

TEST(ZooCountsOfAllTest, EveryPublishedNetworkIsCompared) {
  std::set<std::string> arms, compared = {"linear", "linear_relu", "tiny_vgg", "sequential"};  // are in other tests
  const auto* kind = ModelConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) arms.insert(kind->field(i)->name());

  for (const ParityCase& parity : ParityCases()) compared.insert(ArmOf(parity));

  EXPECT_EQ(compared, arms);
}

}  // namespace
}  // namespace mica
