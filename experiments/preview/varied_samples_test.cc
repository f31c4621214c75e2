#include "experiments/preview/varied_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using testing::ElementsAre;

TEST(VariedSamplesTest, EveryClassHasItsTurn) {
  DatasetIndex index;
  index.classes = ClassMap({"cat", "dog"});
  for (const int label : {0, 0, 0, 1, 1, -1}) {
    ImageRecord& record = index.records.emplace_back();
    record.label = label;
  }
  EXPECT_THAT(VariedSamples(index, {2, 1, 2, 5, 4, 0, 3}, 6), ElementsAre(2, 5, 4, 1, 3, 0));
  EXPECT_THAT(VariedSamples(index, {2, 1, 2, 5, 4, 0, 3}, 2), ElementsAre(2, 5));
  EXPECT_THAT(VariedSamples(index, {}, 2), ElementsAre());
}

}  // namespace
}  // namespace mica
