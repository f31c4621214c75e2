#include "eval/report/predict_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eval/report/run_example.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string AsItIs(const std::string& path) {
  return path;
}

TEST(PredictTablesTest, TheCsvHasARowForEachPictureAndQuotesWhatNeedsIt) {
  EXPECT_EQ(PredictCsv(ExamplePredictions(), ExampleIndex()),
            "path,prediction,prediction_name,confidence,prob_0,prob_1,prob_2\n"
            "\"/data/te,st#0\",2,T-shirt/top,0.66524094,0.09003057,0.24472848,0.66524094\n"
            "\"/data/te,st#1\",1,\"12\"\" record\",0.44981623,0.10036756,0.44981623,0.44981623\n"
            "\"/data/te,st#2\",0,\"shirt, long\",1,1,0,0\n"
            "\"/data/te,st#3\",1,\"12\"\" record\",0.57611686,0.21194156,0.57611686,0.21194156\n");
}

TEST(PredictTablesTest, NoPictureMakesAHeaderAlone) {
  EXPECT_EQ(PredictCsv(PredictionTable(2), ExampleIndex()), "path,prediction,prediction_name,confidence,prob_0,prob_1\n");
}

TEST(PredictTablesTest, TheMostProbableClassesStandBesideTheirPicture) {
  EXPECT_EQ(TopClassesText(ExamplePredictions(), ExampleIndex(), 2, AsItIs),
            "picture        class        probability\n"
            "/data/te,st#0  T-shirt/top       0.6652\n"
            "               12\" record        0.2447\n"
            "/data/te,st#1  12\" record        0.4498\n"
            "               T-shirt/top       0.4498\n"
            "/data/te,st#2  shirt, long       1.0000\n"
            "               12\" record        0.0000\n"
            "/data/te,st#3  12\" record        0.5761\n"
            "               shirt, long       0.2119\n");
}

TEST(PredictTablesTest, MoreThanAllClassesAreAll) {
  const std::string three = TopClassesText(ExamplePredictions(), ExampleIndex(), 3, AsItIs);
  EXPECT_EQ(TopClassesText(ExamplePredictions(), ExampleIndex(), 1000, AsItIs), three);
}

TEST(PredictTablesTest, CountsAreInTheOrderOfTheClasses) {
  EXPECT_EQ(ClassCountsText(ExamplePredictions(), ExampleIndex().classes),
            "class        pictures   share  mean confidence\n"
            "shirt, long         1  0.2500           1.0000\n"
            "12\" record          2  0.5000           0.5130\n"
            "T-shirt/top         1  0.2500           0.6652\n");
}

TEST(PredictTablesTest, OfManyClassesTheMostFrequentAreShown) {
  std::vector<std::string> names;
  PredictionTable predictions(40);
  for (int c = 0; c < 40; ++c) {
    names.push_back(absl::StrCat("c", c));
    std::vector<float> logits(40, 0);
    logits[c] = 5;
    for (int i = 0; i <= (c == 39 ? 1 : 0); ++i) predictions.Add(c, -1, logits);
  }
  const std::string text = ClassCountsText(predictions, ClassMap(names));
  EXPECT_THAT(text, StartsWith("class  pictures   share  mean confidence\nc39           2  0.0488"));
  EXPECT_THAT(text, HasSubstr("… and 10 classes with fewer pictures\n"));
  EXPECT_THAT(text, Not(HasSubstr("c38")));
}

}  // namespace
}  // namespace mica
