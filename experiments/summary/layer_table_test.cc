#include "experiments/summary/layer_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "models/model.pb.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// As torchvision's BasicBlock: the residual has no name of its own.
constexpr char kResidual[] = R"pb(
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
                conv2d { out_channels: 8 padding_px: 1 stride: 2 bias: false }
              }
              layer {
                name: "bn1"
                batch_norm {}
              }
              shortcut {
                name: "downsample"
                conv2d { out_channels: 8 kernel_size_px: 1 stride: 2 bias: false }
              }
            }
          }
          layer {
            name: "relu"
            relu {}
          }
        }
      }
      layer {
        name: "1"
        concat {
          branch {
            layer {
              name: "a"
              conv2d { out_channels: 2 kernel_size_px: 1 }
            }
          }
          branch {
            layer {
              name: "b"
              max_pool { kernel_size_px: 3 stride: 1 padding_px: 1 }
            }
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
)pb";

std::vector<InferredLayer> Infer(const std::string& layers) {
  const auto config = ParseTextOrDie<SequentialConfig>(layers);
  return InferLayers(config.layer(), "model.sequential", {/*channels=*/3, 8, 8}, /*num_classes=*/3).value();
}

std::vector<std::string> Names(const std::vector<LayerRow>& rows) {
  std::vector<std::string> names;
  for (const LayerRow& row : rows) names.push_back(absl::StrCat(row.name, " ", row.kind));
  return names;
}

LayerFacts BatchOf(int64_t batch_size) {
  LayerFacts facts;
  facts.batch_size = batch_size;
  return facts;
}

TEST(LayerTableTest, ShowsLayersSumsAndTotals) {
  const LayerFacts facts = BatchOf(1024);
  EXPECT_EQ(LayerTableText(LayerRows(Infer(kResidual), facts, kWholeDepth), facts),
            R"(layer                kind                 input   output  parameters  multiply-adds    MiB
conv1                conv2d               3x8x8   4x8x8          112           6912  1.000
layer1.0.conv1       conv2d               4x8x8   8x4x4          288           4608  0.500
layer1.0.bn1         batch_norm           8x4x4   8x4x4           16              0  0.500
layer1.0.downsample  conv2d               4x8x8   8x4x4           32            512  0.500
layer1.0             residual             4x8x8   8x4x4            0              0  0.500
layer1.0.relu        relu                 8x4x4   8x4x4            0              0  0.500
layer1.1.a           conv2d               8x4x4   2x4x4           18            256  0.125
layer1.1.b           max_pool             8x4x4   8x4x4            0              0  0.500
layer1.1             concat               8x4x4   10x4x4           0              0  0.625
avgpool              global_average_pool  10x4x4  10               0              0  0.039
fc                   linear               10      3               33             30  0.012
total                                     3x8x8   3              499          12318  4.801

Multiply-adds are those of one image: of convolutions, linear layers and attention, without biases.
MiB are those of a training batch of 1024: what comes out of a layer, without gradients.
Weights take 0.002 MiB.
)");
}

TEST(LayerTableTest, ADepthCollapsesContainersAndKeepsTheTotals) {
  const std::vector<InferredLayer> layers = Infer(kResidual);
  LayerFacts facts = BatchOf(1);
  facts.frozen = {"layer1.0.bn1.weight", "layer1.0.downsample.weight", "fc.bias"};
  facts.milliseconds = {{"conv1", 1}, {"layer1.0.conv1", 2}, {"layer1.0.downsample", 4}, {"layer1.1", 8}, {"layer1", 16}, {"fc", 32}};
  EXPECT_THAT(Names(LayerRows(layers, facts, 1)), ElementsAre("conv1 conv2d", "layer1 block", "avgpool global_average_pool", "fc linear"));
  EXPECT_THAT(Names(LayerRows(layers, facts, 2)),
              ElementsAre("conv1 conv2d", "layer1.0 block", "layer1.1 concat", "avgpool global_average_pool", "fc linear"));
  const LayerRow block = LayerRows(layers, facts, 1)[1];
  EXPECT_EQ(block.parameters, 354);
  EXPECT_EQ(block.trained, 354 - 8 - 32);
  EXPECT_EQ(block.milliseconds, 2 + 4 + 8 + 16);
  ASSERT_EQ(TotalOf(layers).parameters, 499);
  const LayerRow whole = TotalRow(LayerRows(layers, facts, kWholeDepth));
  for (const int depth : {1, 2, 3, 4}) {
    const LayerRow total = TotalRow(LayerRows(layers, facts, depth));
    EXPECT_EQ(total.parameters, 499) << depth;
    EXPECT_EQ(total.trained, 499 - 8 - 32 - 3) << depth;
    EXPECT_EQ(total.multiply_adds, 12318) << depth;
    EXPECT_EQ(total.activations, whole.activations) << depth;
  }
  EXPECT_EQ(whole.activations, TotalOf(layers).activations);
}

// The time of a block belongs to no layer in it.
TEST(LayerTableTest, TimesAreThoseOfTheRowsThemselves) {
  LayerFacts facts = BatchOf(1);
  facts.milliseconds = {{"conv1", 1.5}, {"layer1.0.conv1", 2}, {"layer1.0", 64}, {"layer1.1", 8}};
  const std::vector<LayerRow> rows = LayerRows(Infer(kResidual), facts, kWholeDepth);
  EXPECT_EQ(rows[0].milliseconds, 1.5);
  EXPECT_EQ(rows[4].kind, "residual");
  EXPECT_EQ(rows[4].milliseconds, std::nullopt) << "the time is that of the block with this name";
  EXPECT_EQ(rows[8].milliseconds, 8);
  EXPECT_EQ(rows[9].milliseconds, std::nullopt);
  EXPECT_THAT(LayerTableText(rows, facts), AllOf(HasSubstr("    MiB      ms\n"), HasSubstr("  1.500\n")));
}

TEST(LayerTableTest, FrozenParametersHaveAColumnIfThereAreAny) {
  LayerFacts facts = BatchOf(1);
  const std::vector<InferredLayer> layers = Infer(kResidual);
  EXPECT_THAT(LayerTableText(LayerRows(layers, facts, 1), facts), AllOf(Not(HasSubstr("trained")), Not(HasSubstr("frozen"))));
  facts.frozen = {"conv1.weight", "conv1.bias"};
  EXPECT_THAT(LayerTableText(LayerRows(layers, facts, 1), facts),
              AllOf(HasSubstr("parameters  trained  multiply-adds"), HasSubstr("         112        0           6912"),
                    HasSubstr("Weights take 0.002 MiB; 112 of 499 parameters are frozen.\n")));
}

// However large the numbers and however long the names.
TEST(LayerTableTest, LongNamesAreCutAtTheFront) {
  std::string layers =
      absl::StrCat("layer { name: '", std::string(60, 'x'), "_end' conv2d { out_channels: 200 kernel_size_px: 1 padding_px: 100 } }");
  for (int i = 0; i < 60; ++i) absl::StrAppend(&layers, "layer { conv2d { out_channels: 200 padding_px: 1 } } ");
  absl::StrAppend(&layers, "layer { flatten {} } layer { linear {} }");
  const LayerFacts facts = BatchOf(4096);
  const std::string text = LayerTableText(LayerRows(Infer(layers), facts, kWholeDepth), facts);
  EXPECT_THAT(text, HasSubstr("xxx_end  conv2d"));
  EXPECT_THAT(text, HasSubstr("\n…xxx"));
  // An ellipsis is one column in three bytes.
  for (const absl::string_view line : absl::StrSplit(text, '\n')) EXPECT_LE(line.size(), 102) << line;
}

TEST(LayerTableTest, TheCsvHasBytesOfATrainingBatch) {
  LayerFacts facts = BatchOf(2);
  facts.milliseconds = {{"conv1", 0.25}};
  const std::vector<std::string> lines = absl::StrSplit(LayerTableCsv(LayerRows(Infer(kResidual), facts, 1), facts), '\n');
  EXPECT_THAT(lines, ElementsAre("layer,kind,input,output,parameters,trained,multiply_adds,activation_bytes,milliseconds",
                                 "conv1,conv2d,3x8x8,4x8x8,112,112,6912,2048,0.25", "layer1,block,4x8x8,10x4x4,354,354,5376,7680,",
                                 "avgpool,global_average_pool,10x4x4,10,0,0,0,80,", "fc,linear,10,3,33,33,30,24,", ""));
}

TEST(LayerTableTest, ShapesAreShort) {
  EXPECT_EQ(ShortShape({64, 7, 9}), "64x7x9");
  EXPECT_EQ(ShortShape(LayerShape::Tokens(197, 768)), "197x768");
  EXPECT_EQ(ShortShape(LayerShape::Flat(10)), "10");
}

}  // namespace
}  // namespace mica
