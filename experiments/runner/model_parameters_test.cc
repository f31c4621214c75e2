#include "experiments/runner/model_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "models/model.pb.h"

namespace mica {
namespace {

using testing::ElementsAre;

// "conv1.weight 0 weight", "bn1.bias 0 bn1"
std::vector<std::string> Parameters(const std::string& layers) {
  const auto config = ParseTextOrDie<SequentialConfig>(layers);
  const auto inferred = InferLayers(config.layer(), "", {/*channels=*/3, 8, 8}, /*num_classes=*/4);
  EXPECT_THAT(inferred, IsOk());
  std::vector<std::string> shown;
  for (const ModelParameter& parameter : ParametersOf(*inferred)) {
    shown.push_back(absl::StrCat(parameter.name, " ", parameter.part, parameter.is_weight ? " weight" : "",
                                 parameter.batch_norm.empty() ? "" : " ", parameter.batch_norm));
  }
  return shown;
}

TEST(ModelParametersTest, NormsAndBiasesBelongToThePartBeforeThem) {
  EXPECT_THAT(
      Parameters("layer { name: 'conv1' conv2d { out_channels: 2 kernel_size_px: 3 bias: false } } layer { name: 'bn1' batch_norm {} } "
                 "layer { relu {} } layer { flatten {} } layer { name: 'fc' linear {} }"),
      ElementsAre("conv1.weight 0 weight", "bn1.weight 0 bn1", "bn1.bias 0 bn1", "fc.weight 1 weight", "fc.bias 1"));
}

TEST(ModelParametersTest, ANormInFrontIsOfTheFirstPart) {
  EXPECT_THAT(Parameters("layer { name: 'bn' batch_norm {} } layer { flatten {} } layer { name: 'fc' linear {} }"),
              ElementsAre("bn.weight 0 bn", "bn.bias 0 bn", "fc.weight 0 weight", "fc.bias 0"));
}

TEST(ModelParametersTest, AResidualIsOnePartWithAllThatItHolds) {
  const std::string conv = "conv2d { out_channels: 3 kernel_size_px: 1 bias: false }";
  EXPECT_THAT(Parameters("layer { name: 'stem' " + conv +
                         " } layer { name: 'b' block { "
                         "layer { name: '' residual { layer { name: 'c1' " +
                         conv + " } layer { name: 'c2' " + conv +
                         " } "
                         "shortcut { name: 'down' " +
                         conv +
                         " } } } layer { name: 'bn' batch_norm {} } } } "
                         "layer { flatten {} } layer { name: 'fc' linear {} }"),
              ElementsAre("stem.weight 0 weight", "b.c1.weight 1 weight", "b.c2.weight 1 weight", "b.down.weight 1 weight",
                          "b.bn.weight 1 b.bn", "b.bn.bias 1 b.bn", "fc.weight 2 weight", "fc.bias 2"));
}

}  // namespace
}  // namespace mica
