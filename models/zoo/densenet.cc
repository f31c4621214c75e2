#include "models/zoo/densenet.h"

#include "absl/strings/str_cat.h"
#include "models/zoo/layer_writer.h"

namespace mica {
namespace {

// As torchvision draws them.
constexpr char kInitialisation[] = R"(
    rule { layer_kind: CONV2D kaiming_normal {} }
    rule { layer_kind: LINEAR tensor: BIAS constant { value: 0 } })";

constexpr int kGrowth = 32;  // channels that each dense layer adds
constexpr int kBlocks = 4;
constexpr int kLayersOfBlock[kBlocks] = {6, 12, 24, 16};

void AddNormRelu(const std::string& suffix, LayerWriter* layers) {
  layers->Named("norm" + suffix).BatchNorm();
  layers->Named("relu" + suffix).Relu();
}

// Joins its input and what it computes from it.
void WriteDenseLayer(double dropout, ConcatWriter concat) {
  concat.Branch();
  LayerWriter branch = concat.Branch();
  AddNormRelu("1", &branch);
  branch.Named("conv1").Convolution({4 * kGrowth, 1});
  AddNormRelu("2", &branch);
  branch.Named("conv2").Convolution({kGrowth});
  if (dropout > 0) branch.Named("drop").Dropout(dropout);
}

void WriteTransition(int channels, LayerWriter transition) {
  AddNormRelu("", &transition);
  transition.Named("conv").Convolution({channels, 1});
  transition.Named("pool").AveragePool({});
}

}  // namespace

ZooModel DenseNet121(const DenseNetConfig& config) {
  ZooModel model{{}, ZooInitialisation(kInitialisation)};
  LayerWriter layers(model.layers.mutable_layer());
  LayerWriter features = layers.Named("features").Block();
  int channels = 64;
  features.Named("conv0").Convolution({channels, 7, 2});
  AddNormRelu("0", &features);
  features.Named("pool0").MaxPool({3, 2, 1});
  for (int block = 0; block < kBlocks; ++block) {
    LayerWriter dense = features.Named(absl::StrCat("denseblock", block + 1)).Block();
    for (int i = 0; i < kLayersOfBlock[block]; ++i) {
      WriteDenseLayer(config.dropout(), ConcatWriter(dense.Named(absl::StrCat("denselayer", i + 1)).Next()));
    }
    channels += kLayersOfBlock[block] * kGrowth;
    if (block + 1 == kBlocks) continue;
    channels /= 2;
    WriteTransition(channels, features.Named(absl::StrCat("transition", block + 1)).Block());
  }
  features.Named("norm5").BatchNorm();
  layers.Named("relu").Relu();
  layers.Named("avgpool").GlobalAveragePool();
  layers.Named("classifier").LinearToClasses();
  return model;
}

}  // namespace mica
