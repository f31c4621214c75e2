#include "experiments/summary/layer_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "base/error.h"
#include "base/testing/status_matchers.h"
#include "models/model.pb.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<InferredLayer> Model() {
  const auto config = ParseTextOrDie<SequentialConfig>(R"pb(
    layer {
      name: "conv1"
      conv2d { out_channels: 4 padding_px: 1 }
    }
    layer {
      name: "layer1"
      block {
        layer {
          name: "0"
          block {
            layer {
              name: ""
              residual {
                layer {
                  name: "conv1"
                  conv2d { out_channels: 4 padding_px: 1 }
                }
                layer {
                  name: "bn1"
                  batch_norm {}
                }
              }
            }
            layer {
              name: "relu"
              relu {}
            }
          }
        }
      }
    }
    layer {
      name: "avgpool"
      global_average_pool {}
    }
    layer {
      name: "fc"
      linear {}
    }
  )pb");
  return InferLayers(config.layer(), "model.sequential", {/*channels=*/3, 8, 8}, /*num_classes=*/3).value();
}

std::vector<std::string> Names(const std::vector<const InferredLayer*>& layers) {
  std::vector<std::string> names;
  for (const InferredLayer* const layer : layers) names.push_back(layer->name);
  return names;
}

TEST(LayerChoiceTest, ContainersComeAfterWhatTheyHoldAndThoseWithoutANameAreLeftOut) {
  const std::vector<InferredLayer> model = Model();
  EXPECT_THAT(Names(NamedLayers(model)),
              ElementsAre("conv1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu", "layer1.0", "layer1", "avgpool", "fc"));
  EXPECT_EQ(NamedLayers(model)[4]->kind, "block") << "not the residual in it";
}

TEST(LayerChoiceTest, ANameIsThatOfOneLayerAndAPatternTakesMany) {
  const std::vector<InferredLayer> model = Model();
  const auto chosen = [&](const std::vector<std::string>& asked) { return Names(ChooseLayers(model, asked, "the model").value()); };
  EXPECT_THAT(chosen({"fc", "layer1", "conv1", "fc"}), ElementsAre("conv1", "layer1", "fc"));
  EXPECT_THAT(chosen({"layer1.0.conv1"}), ElementsAre("layer1.0.conv1"));
  EXPECT_THAT(chosen({"*conv1"}), ElementsAre("conv1", "layer1.0.conv1"));
  EXPECT_THAT(chosen({"layer1.0.*"}), ElementsAre("layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu"));
  EXPECT_EQ(chosen({"*"}).size(), 8);
}

TEST(LayerChoiceTest, AnUnknownNameIsAFlagErrorWithTheNearest) {
  const std::vector<InferredLayer> model = Model();
  const auto error = [&](const std::string& asked) { return ChooseLayers(model, {"fc", asked}, "runs/a").status(); };
  EXPECT_EQ(ExitCodeOf(error("conv2")), ExitCode::kFlag);
  EXPECT_THAT(error("conv2").message(), HasSubstr("--layers: conv2 is no layer of runs/a; did you mean \"conv1\"?"));
  EXPECT_THAT(error("layer1.0.bn2").message(), HasSubstr("did you mean \"layer1.0.bn1\"?"));
  EXPECT_THAT(error("classifier").message(), HasSubstr("; its outermost layers are conv1, layer1, avgpool, fc; mica summary shows all"));
  EXPECT_THAT(error("layer2.*").message(), AllOf(HasSubstr("layer2.* covers no layer of runs/a; "), Not(HasSubstr("did you mean"))));
  EXPECT_FALSE(error("").ok());
}

}  // namespace
}  // namespace mica
