#include "experiments/runner/weights_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class WeightsFileTest : public testing::Test {
 protected:
  // What the file of these arrays was made for, for a model whose classifier is layer_stack.1.
  absl::StatusOr<WeightsClasses> ClassesOf(const std::vector<ArrayView>& arrays, const std::map<std::string, std::string>& metadata = {}) {
    WriteTestFile(path_, EncodeSafetensors(arrays, metadata));
    return ClassesOfWeightsFile(Config());
  }

  ModelConfig Config() const {
    return ParseTextOrDie<ModelConfig>(absl::StrCat("linear {} initial_weights { weights_file: '", path_, "' }"));
  }

  const std::string path_ = MakeTestFolder("weights_file") + "/w.safetensors";
};

TEST_F(WeightsFileTest, ClassesWithoutNamesAreTheClassifiersOutputs) {
  const auto classes = ClassesOf({{"layer_stack.2.bias", "F32", {3}, std::string(12, '\0')}});
  ASSERT_THAT(classes, IsOk());
  EXPECT_THAT(classes->names, ElementsAre("0", "1", "2"));
  EXPECT_FALSE(classes->has_names);
}

TEST_F(WeightsFileTest, NamesTravelInTheFile) {
  const auto classes = ClassesOf({{"layer_stack.2.bias", "F32", {2}, std::string(8, '\0')}}, {{"mica.class_names", "[\"cat\",\"dog\"]"}});
  ASSERT_THAT(classes, IsOk());
  EXPECT_THAT(classes->names, ElementsAre("cat", "dog"));
  EXPECT_TRUE(classes->has_names);
}

// An array without bytes may claim any number of rows.
TEST_F(WeightsFileTest, AnEmptyClassifierHasNoClasses) {
  EXPECT_THAT(ClassesOf({{"layer_stack.2.bias", "F32", {1000000000000000, 0}, ""}}),
              Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("lacks layer_stack.2.bias"), HasSubstr("dataset.class_names"))));
  EXPECT_THAT(ClassesOf({{"layer_stack.2.bias", "F32", {0}, ""}}), Fails(ExitCode::kCheckpoint, HasSubstr("lacks layer_stack.2.bias")));
}

TEST_F(WeightsFileTest, AMissingFileSaysWhoPublishesSuchWeights) {
  auto config = ParseTextOrDie<ModelConfig>("resnet18 {} initial_weights { weights_file: '/nowhere/w.pth' }");
  EXPECT_THAT(ReadInitialWeights(config), Fails(ExitCode::kCheckpoint, HasSubstr("torchvision has weights of resnet18")));
}

}  // namespace
}  // namespace mica
