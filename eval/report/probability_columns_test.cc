#include "eval/report/probability_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Fields(const PredictionTable& predictions) {
  std::vector<std::string> fields;
  AppendProbabilities(predictions, 0, predictions.Probabilities(0), &fields);
  return fields;
}

TEST(ProbabilityColumnsTest, AFewClassesHaveAColumnEach) {
  PredictionTable predictions(3);
  predictions.Add(0, -1, {0, 0, 1000});
  EXPECT_THAT(ProbabilityNames(3), ElementsAre("prob_0", "prob_1", "prob_2"));
  EXPECT_THAT(Fields(predictions), ElementsAre("0", "0", "1"));
}

TEST(ProbabilityColumnsTest, ManyClassesHaveTheFiveMostProbable) {
  PredictionTable predictions(101);
  std::vector<float> logits(101, -1000);
  logits[100] = logits[7] = 0;
  predictions.Add(0, -1, logits);
  EXPECT_THAT(ProbabilityNames(101), ElementsAre("top1_class", "top1_prob", "top2_class", "top2_prob", "top3_class", "top3_prob",
                                                 "top4_class", "top4_prob", "top5_class", "top5_prob"));
  EXPECT_THAT(Fields(predictions), ElementsAre("7", "0.5", "100", "0.5", "0", "0", "1", "0", "2", "0"));
}

TEST(ProbabilityColumnsTest, TextHasTheDigitsOfAFloat) {
  EXPECT_EQ(ProbabilityText(0.1f), "0.1");
  EXPECT_EQ(ProbabilityText(1.0 / 3), "0.33333334");
}

}  // namespace
}  // namespace mica
