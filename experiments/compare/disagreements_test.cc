#include "experiments/compare/disagreements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

RunTable Predictions(const std::vector<std::string>& ids, const std::vector<std::string>& correct,
                     const std::vector<std::string>& confidences) {
  const std::vector<std::string> names(ids.size(), "\"x\", <y>"), numbers(ids.size(), "1");
  return RunTable(ids.size(), {{"id", ids},
                               {"path", ids},
                               {"truth", numbers},
                               {"truth_name", names},
                               {"prediction", numbers},
                               {"prediction_name", names},
                               {"correct", correct},
                               {"confidence", confidences}});
}

std::string Order(const std::vector<Disagreement>& samples) {
  std::string order;
  for (const Disagreement& sample : samples) order += std::to_string(sample.id) + (sample.a_is_right ? "a " : "b ");
  return order;
}

TEST(DisagreementsTest, TheSurestMistakesComeFirst) {
  const RunTable a = Predictions({"1", "2", "3", "4", "5"}, {"1", "1", "0", "1", "0"}, {".9", ".9", ".6", ".9", ".7"});
  const RunTable b = Predictions({"5", "4", "3", "2", "1"}, {"1", "1", "1", "0", "0"}, {".9", ".9", ".9", ".8", ".5"});
  EXPECT_EQ(Order(FindDisagreements(a, b)), "2a 1a 5b 3b ");
}

TEST(DisagreementsTest, WhatOnlyOneHasOrHasNoTruthIsLeftOut) {
  const RunTable a = Predictions({"1", "2", "x"}, {"1", "", "1"}, {".9", ".9", ".9"});
  const RunTable b = Predictions({"2", "3", "x"}, {"0", "0", "0"}, {".9", ".9", ".9"});
  EXPECT_THAT(FindDisagreements(a, b), IsEmpty());
}

TEST(DisagreementsTest, TheTableKeepsNamesAsTheyAre) {
  const std::string csv = DisagreementsCsv(FindDisagreements(Predictions({"7"}, {"1"}, {".5"}), Predictions({"7"}, {"0"}, {"nan"})));
  EXPECT_THAT(csv, HasSubstr("\n7,7,1,\"\"\"x\"\", <y>\",1,\"\"\"x\"\", <y>\",0.5,1,\"\"\"x\"\", <y>\",nan,a\n"));
}

}  // namespace
}  // namespace mica
