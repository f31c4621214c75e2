#include "bench/pipeline_stages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "bench/picture_tree.h"
#include "bench/training_crops.h"

namespace mica {
namespace {

TEST(PipelineStagesTest, EveryStageTakesTimeAndTheWholeAboutAsMuchAsItsParts) {
  const std::string tree = MakeTestFolder("pipeline_stages") + "/tree";
  PictureTreeSpec spec;
  spec.classes = 2;
  spec.pictures = spec.different = 20;
  spec.half_colours = true;
  ASSERT_THAT(MakePictureTree(tree, spec), IsOk());
  const auto index = ListPictures(tree);
  ASSERT_THAT(index, IsOk());

  const auto stages = MeasureStages(*index);
  ASSERT_THAT(stages, IsOk());
  double parts = 0, all = 0;
  for (const PipelineStage& stage : *stages) {
    (stage.name == "all" ? all : parts) += stage.seconds;
    if (stage.name == "all") break;
  }
  EXPECT_GT(all, parts / 3);
  EXPECT_LT(all, parts * 3);
}

TEST(PipelineStagesTest, TheTableHasMicrosecondsAndPicturesASecond) {
  EXPECT_EQ(StageTable({{"read", 20e-6}, {"all", 0.5e-3}}),
            "stage  us a picture  pictures/s\n"
            "read           20.0       50000\n"
            "all           500.0        2000\n");
}

}  // namespace
}  // namespace mica
