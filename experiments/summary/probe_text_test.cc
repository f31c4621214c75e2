#include "experiments/summary/probe_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ProbedModel Model(const std::string& name, float step) {
  ProbedModel model;
  model.name = name;
  model.class_names = {"cat", "dog"};
  model.result.picture = {"picture", "", {1, 2, 2}, {0, 1, 2, 3}};
  model.result.outputs = {{"conv1", "conv2d", {1, 1, 2}, {step, 0}}, {"fc", "linear", {2}, {1, 1 + step}}};
  model.result.logits = {1, 1 + step};
  return model;
}

TEST(ProbeTextTest, OfOneModelShowsItsOutputsAndTheNamesOfItsClasses) {
  EXPECT_EQ(ProbeText({Model("runs/x/a (best)", 2)}), R"(runs/x/a (best)

layer    kind    output  mean    std  min  max  positive  zeros  not finite
picture          1x2x2    1.5  1.118    0    3  75.0%     25.0%           0
conv1    conv2d  1x1x2      1      1    0    2  50.0%     50.0%           0
fc       linear  2          2      1    1    3  100.0%    0.0%            0

class   logit  probability
cat    1.0000       0.1192
dog    3.0000       0.8808
)");
}

TEST(ProbeTextTest, TwoModelsStandSideBySideWithTheirDifference) {
  ProbedModel second = Model("runs/x/b", -1);
  second.result.outputs.insert(second.result.outputs.begin() + 1, {"pool", "max_pool", {1}, {7}});
  EXPECT_EQ(ProbeText({Model("runs/x/a", 2), second}), R"(a: runs/x/a
b: runs/x/b
Both models get the same numbers for the picture.

layer    kind      output  model  mean    std  min  max  positive  zeros   not finite
picture            1x2x2   a       1.5  1.118    0    3  75.0%     25.0%            0
picture            1x2x2   b       1.5  1.118    0    3  75.0%     25.0%            0
picture            1x2x2   b - a     0      0    0    0  0.0%      100.0%           0
conv1    conv2d    1x1x2   a         1      1    0    2  50.0%     50.0%            0
conv1    conv2d    1x1x2   b      -0.5    0.5   -1    0  0.0%      50.0%            0
conv1    conv2d    1x1x2   b - a  -1.5    1.5   -3    0  0.0%      50.0%            0
fc       linear    2       a         2      1    1    3  100.0%    0.0%             0
fc       linear    2       b       0.5    0.5    0    1  50.0%     50.0%            0
fc       linear    2       b - a  -1.5    1.5   -3    0  0.0%      50.0%            0
pool     max_pool  1       b         7      0    7    7  100.0%    0.0%             0

class  a: logit  a: probability  b: logit  b: probability
cat      1.0000          0.1192    1.0000          0.7311
dog      3.0000          0.8808    0.0000          0.2689
)");
}

TEST(ProbeTextTest, ModelsOfOtherPicturesAndClassesSaySo) {
  ProbedModel second = Model("runs/y/a", 2);
  second.class_names = {"dog", "cat"};
  second.result.picture = {"picture", "", {1, 1, 2}, {0, 1}};
  const std::string text = ProbeText({Model("runs/x/a", 2), second});
  EXPECT_THAT(text, AllOf(HasSubstr("The models get different numbers for the picture, for their experiments prepare it differently.\n"),
                          HasSubstr("\na, whose classes are others:\nclass   logit"), HasSubstr("\nb, whose classes are others:\nclass")));
  EXPECT_THAT(text, Not(HasSubstr("picture          1x2x2   b - a")));
}

TEST(ProbeTextTest, OfManyClassesTheFirstAreShown) {
  ProbedModel model = Model("runs/x/a", 2);
  model.class_names.clear();
  model.result.logits.clear();
  for (int i = 0; i < 25; ++i) {
    model.class_names.push_back(absl::StrCat("class_", i));
    model.result.logits.push_back(static_cast<float>(i));
  }
  EXPECT_THAT(ProbeText({model}), AllOf(HasSubstr("probability\nclass_24  24.0000"), HasSubstr("class_5    5.0000"),
                                        Not(HasSubstr("class_4 ")), HasSubstr("\n… and 5 more classes\n")));
}

}  // namespace
}  // namespace mica
