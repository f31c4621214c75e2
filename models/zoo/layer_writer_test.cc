#include "models/zoo/layer_writer.h"

#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "models/model.pb.h"

namespace mica {
namespace {

void ExpectLayers(const SequentialConfig& written, const std::string& text) {
  EXPECT_EQ(written.ShortDebugString(), ParseTextOrDie<SequentialConfig>(text).ShortDebugString());
}

TEST(LayerWriterTest, ANameIsThatOfTheNextLayerAlone) {
  SequentialConfig model;
  LayerWriter writer(model.mutable_layer());

  writer.Named("first").Relu();
  writer.Relu();
  writer.Named("").Block().Relu();

  ExpectLayers(model, "layer { name: 'first' relu {} } layer { relu {} } layer { name: '' block { layer { relu {} } } }");
}

TEST(LayerWriterTest, AConvolutionKeepsTheSizeAndHasNoBias) {
  SequentialConfig model;
  LayerWriter writer(model.mutable_layer());

  writer.Convolution({64, 7, 2});
  writer.Convolution({32, 1});
  writer.Convolution({16})->set_bias(true);
  writer.Convolution({8, 5, 1, 4});

  ExpectLayers(model, R"(
      layer { conv2d { out_channels: 64 kernel_size_px: 7 stride: 2 padding_px: 3 bias: false } }
      layer { conv2d { out_channels: 32 kernel_size_px: 1 bias: false } }
      layer { conv2d { out_channels: 16 kernel_size_px: 3 padding_px: 1 bias: true } }
      layer { conv2d { out_channels: 8 kernel_size_px: 5 padding_px: 2 groups: 4 bias: false } })");
}

TEST(LayerWriterTest, OtherKindsAreAsWritten) {
  SequentialConfig model;
  LayerWriter writer(model.mutable_layer());

  writer.BatchNorm();
  writer.BatchNorm(1e-3)->set_momentum(0.01);
  writer.MaxPool({3, 2, 1})->set_ceil_mode(true);
  writer.AveragePool({2, 2});
  writer.GlobalAveragePool();
  writer.Flatten();
  writer.Dropout(0.2);
  writer.Linear(7);
  writer.LinearToClasses();

  ExpectLayers(model, R"(
      layer { batch_norm {} }
      layer { batch_norm { epsilon: 0.001 momentum: 0.01 } }
      layer { max_pool { kernel_size_px: 3 stride: 2 padding_px: 1 ceil_mode: true } }
      layer { average_pool { kernel_size_px: 2 } }
      layer { global_average_pool {} }
      layer { flatten {} }
      layer { dropout { probability: 0.2 } }
      layer { linear { out_features: 7 } }
      layer { linear {} })");
}

// The writers of a container stay valid while layers are added around it.
TEST(LayerWriterTest, ContainersAreWrittenWithTheListAroundThem) {
  SequentialConfig model;
  LayerWriter writer(model.mutable_layer());

  LayerWriter block = writer.Named("stage").Block();
  ResidualWriter residual = block.Residual();
  ConcatWriter concat(writer.Next());
  LayerWriter empty = concat.Branch();
  LayerWriter other = concat.Branch();
  for (int i = 0; i < 20; ++i) writer.Relu();
  residual.branch.Relu();
  residual.shortcut.Named("downsample").Flatten();
  other.Flatten();
  model.mutable_layer()->DeleteSubrange(2, 20);

  ExpectLayers(model, R"(
      layer { name: "stage" block { layer { residual { layer { relu {} } shortcut { name: "downsample" flatten {} } } } } }
      layer { concat { branch {} branch { layer { flatten {} } } } })");
}

}  // namespace
}  // namespace mica
