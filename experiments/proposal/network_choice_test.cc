#include "experiments/proposal/network_choice.h"

#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

TrainingTask Photographs(int64_t samples, int side = 375) {
  TrainingTask task;
  task.train = samples;
  task.evaluated = samples / 5;
  task.classes = 10;
  task.picture = {side, side};
  task.decoded_pixels = static_cast<double>(side) * side;
  return task;
}

PretrainedNetwork Pretrained(const std::string& model) {
  PretrainedNetwork network;
  network.model = ParseTextOrDie<ModelConfig>(model);
  network.knows_imagenet = true;
  return network;
}

// By hand: 1,000 samples of 1e9 multiply-adds at 23e9 a second are 43.5 s an epoch, evaluating 100
// more a third of a tenth of that.
TEST(NetworkChoiceTest, TimeIsThatOfMultiplyAdds) {
  TrainingTask task;
  task.train = 1000;
  EXPECT_NEAR(TrainingSeconds(task, 1e9, 2, /*trains_head_alone=*/false), 86.96, 0.01);
  EXPECT_NEAR(TrainingSeconds(task, 1e9, 2, /*trains_head_alone=*/true), 28.99, 0.01);
  task.evaluated = 100;
  EXPECT_NEAR(TrainingSeconds(task, 1e9, 2, /*trains_head_alone=*/false), 89.86, 0.01);
  task.decoded_pixels = 1e6;  // 6.1 ms each
  EXPECT_NEAR(TrainingSeconds(task, 1e9, 2, /*trains_head_alone=*/false), 103.28, 0.01);
}

TEST(NetworkChoiceTest, TheBudgetGrowsWithTheRootOfTheSamples) {
  EXPECT_EQ(BudgetSeconds(10), 600);
  EXPECT_EQ(BudgetSeconds(10000), 600);
  EXPECT_DOUBLE_EQ(BudgetSeconds(40000), 1200);
  EXPECT_EQ(BudgetSeconds(100000000), 3600);
}

TEST(NetworkChoiceTest, UpToTenThousandPhotographsTakeTenMinutes) {
  for (const int64_t samples : {20, 200, 1000, 2000, 5000, 10000}) {
    const NetworkChoice choice = ChooseNetwork(Photographs(samples), nullptr);
    EXPECT_TRUE(choice.is_in_time) << samples;
    EXPECT_LE(choice.seconds, 600) << samples;
    EXPECT_GE(choice.epochs, 10) << samples;
    EXPECT_GE(choice.image.height_px, samples < 10000 ? 64 : 48) << samples;
  }
}

TEST(NetworkChoiceTest, MoreSamplesGetACheaperNetworkAndFewerEpochs) {
  const NetworkChoice few = ChooseNetwork(Photographs(500), nullptr), many = ChooseNetwork(Photographs(10000), nullptr);
  EXPECT_GT(few.multiply_adds, many.multiply_adds);
  EXPECT_GT(few.epochs, many.epochs);
}

TEST(NetworkChoiceTest, ImagesAreNoLargerThanPictures) {
  EXPECT_EQ(ChooseNetwork(Photographs(500, 70), nullptr).image.height_px, 64);
  EXPECT_EQ(ChooseNetwork(Photographs(500, 20), nullptr).image.height_px, 32);
}

TEST(NetworkChoiceTest, SmallPicturesOfOneSizeStayAsTheyAre) {
  TrainingTask task = Photographs(50000);
  task.picture = {28, 20};
  task.keeps_size = true;
  task.decoded_pixels = 0;
  const NetworkChoice choice = ChooseNetwork(task, nullptr);
  EXPECT_EQ(choice.image, (PictureSize{28, 20}));
  EXPECT_TRUE(choice.model.has_resnet9());
}

TEST(NetworkChoiceTest, APretrainedNetworkGetsSmallerImagesBeforeItsTrunkIsFrozen) {
  const PretrainedNetwork resnet = Pretrained("resnet18 {}");
  const NetworkChoice few = ChooseNetwork(Photographs(300), &resnet);
  EXPECT_EQ(few.image.height_px, 224);
  EXPECT_FALSE(few.trains_head_alone);
  const NetworkChoice some = ChooseNetwork(Photographs(2000), &resnet);
  EXPECT_EQ(some.image.height_px, 160);
  EXPECT_FALSE(some.trains_head_alone);
  const NetworkChoice many = ChooseNetwork(Photographs(10000), &resnet);
  EXPECT_TRUE(many.trains_head_alone);
  EXPECT_LE(many.seconds, 600);
}

TEST(NetworkChoiceTest, DepthwiseConvolutionsCostMoreThanTheirProducts) {
  const PretrainedNetwork mobilenet = Pretrained("mobilenet_v2 {}"), resnet = Pretrained("resnet18 {}");
  const NetworkChoice few = ChooseNetwork(Photographs(100), &mobilenet);
  EXPECT_GT(few.work, 3 * few.multiply_adds);
  const NetworkChoice plain = ChooseNetwork(Photographs(100), &resnet);
  EXPECT_EQ(plain.work, plain.multiply_adds);
}

TEST(NetworkChoiceTest, ANetworkOfAnEarlierRunGetsSmallImages) {
  PretrainedNetwork own = Pretrained("resnet9 { channels: 16 }");
  own.knows_imagenet = false;
  EXPECT_EQ(ChooseNetwork(Photographs(300), &own).image.height_px, 96);
  EXPECT_EQ(ChooseNetwork(Photographs(300, 50), &own).image.height_px, 48);
  TrainingTask packed = Photographs(300, 28);
  packed.keeps_size = true;
  EXPECT_EQ(ChooseNetwork(packed, &own).image.height_px, 28);
}

TEST(NetworkChoiceTest, ANetworkOfOneSizeKeepsItEvenIfItIsLate) {
  PretrainedNetwork vit = Pretrained("vit_b_16 {}");
  vit.is_fixed_size = true;
  const NetworkChoice choice = ChooseNetwork(Photographs(10000), &vit);
  EXPECT_EQ(choice.image.height_px, 224);
  EXPECT_TRUE(choice.trains_head_alone);
  EXPECT_FALSE(choice.is_in_time);
  EXPECT_EQ(choice.epochs, 4);
}

}  // namespace
}  // namespace mica
