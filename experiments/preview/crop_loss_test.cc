#include "experiments/preview/crop_loss.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(CropLossTest, AveragesOverPictures) {
  CropLoss loss;
  for (const double lost : {0.25, 0., 0.5}) loss.Add(lost);
  EXPECT_EQ(loss.mean(), 0.25);
  EXPECT_EQ(CropLossText({{"train_transforms", loss}, {"eval_transforms", CropLoss()}}),
            "area lost by crops  mean    least  most    pictures\n"
            "train_transforms    25.0 %  0.0 %  50.0 %         3\n"
            "eval_transforms     0.0 %   0.0 %  0.0 %          0\n");
  EXPECT_EQ(CropLossCsv({{"train_transforms", loss}}),
            "transforms,pictures,mean_area_lost,least_area_lost,most_area_lost\ntrain_transforms,3,0.25,0,0.5\n");
}

}  // namespace
}  // namespace mica
