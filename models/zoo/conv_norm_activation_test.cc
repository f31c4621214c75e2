#include "models/zoo/conv_norm_activation.h"

#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "models/model.pb.h"

namespace mica {
namespace {

void ExpectLayers(const SequentialConfig& written, const std::string& text) {
  EXPECT_EQ(written.ShortDebugString(), ParseTextOrDie<SequentialConfig>(text).ShortDebugString());
}

ConvolutionStyle Relu6AfterNormOf(double epsilon) {
  ConvolutionStyle style;
  style.norm.set_epsilon(epsilon);
  style.activation.mutable_relu6();
  return style;
}

TEST(ConvNormActivationTest, AResidualIfTheShapeIsKept) {
  SequentialConfig model;
  LayerWriter layers(model.mutable_layer());
  InvertedResidual shape{/*in_channels=*/4, /*expanded_channels=*/24, /*out_channels=*/4, /*kernel=*/5, /*stride=*/1};
  shape.squeeze_excite = ParseTextOrDie<SqueezeExciteConfig>("squeeze_channels: 2");
  shape.stochastic_depth = 0.125;

  AddInvertedResidual(shape, Relu6AfterNormOf(0.5), &layers);

  ExpectLayers(model, R"(
      layer { residual {
        layer { name: "block" block {
          layer { block {
            layer { conv2d { out_channels: 24 kernel_size_px: 1 bias: false } }
            layer { batch_norm { epsilon: 0.5 } }
            layer { relu6 {} } } }
          layer { block {
            layer { conv2d { out_channels: 24 kernel_size_px: 5 padding_px: 2 groups: 24 bias: false } }
            layer { batch_norm { epsilon: 0.5 } }
            layer { relu6 {} } } }
          layer { squeeze_excite { squeeze_channels: 2 } }
          layer { block {
            layer { conv2d { out_channels: 4 kernel_size_px: 1 bias: false } }
            layer { batch_norm { epsilon: 0.5 } } } } } }
        layer { name: "stochastic_depth" stochastic_depth { probability: 0.125 } } } })");
}

TEST(ConvNormActivationTest, NoResidualIfTheShapeChanges) {
  for (const InvertedResidual& shape : {InvertedResidual{4, 8, 4, 3, /*stride=*/2}, InvertedResidual{4, 8, /*out_channels=*/6, 3, 1}}) {
    SequentialConfig model;
    LayerWriter layers(model.mutable_layer());

    AddInvertedResidual(shape, Relu6AfterNormOf(0.5), &layers);

    ASSERT_EQ(model.layer_size(), 1);
    EXPECT_TRUE(model.layer(0).has_block());
  }
}

TEST(ConvNormActivationTest, NoFirstConvolutionIfItAddsNoChannels) {
  SequentialConfig model;
  LayerWriter layers(model.mutable_layer());

  AddInvertedResidual({8, 8, 8, 3, 1}, Relu6AfterNormOf(0.5), &layers);

  const ResidualConfig& residual = model.layer(0).residual();
  ASSERT_EQ(residual.layer_size(), 1) << "a stochastic depth of 0 is left out";
  EXPECT_EQ(residual.layer(0).block().layer_size(), 2);
}

// The widths of EfficientNet-B2: 1.1 times those of B0.
TEST(ConvNormActivationTest, ChannelsAreRoundedToEights) {
  EXPECT_EQ(RoundedChannels(32 * 1.1), 32);
  EXPECT_EQ(RoundedChannels(24 * 1.1), 24);
  EXPECT_EQ(RoundedChannels(40 * 1.1), 48);
  EXPECT_EQ(RoundedChannels(320 * 1.1), 352);
  EXPECT_EQ(RoundedChannels(3), 8);
  EXPECT_EQ(RoundedChannels(4), 8);
  EXPECT_EQ(RoundedChannels(11), 16) << "8 would be less than nine tenths";
  EXPECT_EQ(RoundedChannels(18), 24) << "16 would be less than nine tenths";
  EXPECT_EQ(RoundedChannels(19), 24);
}

}  // namespace
}  // namespace mica
