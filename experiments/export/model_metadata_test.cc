#include "experiments/export/model_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Experiment Example() {
  return ParseTextOrDie<Experiment>(
      "decode { colour: RGB } train_transforms { horizontal_flip {} } eval_transforms { center_crop { size_px: 224 } } "
      "model { resnet18 {} initial_weights { weights_file: '/home/ada/w' } }");
}

TEST(ModelMetadataTest, HoldsWhatAUserOfTheModelNeeds) {
  auto metadata = ModelMetadata(Example(), {"cat", "dog"}, {3, 224, 224});
  EXPECT_EQ(metadata["mica.class_names"], "[\"cat\",\"dog\"]");
  EXPECT_EQ(metadata["mica.input"], "3x224x224");
  EXPECT_THAT(metadata["mica.preprocessing"], HasSubstr("size_px: 224"));
  EXPECT_THAT(metadata["mica.preprocessing"], HasSubstr("colour: RGB"));
  EXPECT_THAT(metadata["mica.preprocessing"], Not(HasSubstr("horizontal_flip")));
  EXPECT_THAT(metadata["mica.model"], HasSubstr("resnet18"));
  EXPECT_THAT(metadata["mica.model"], Not(HasSubstr("ada"))) << "a path means nothing elsewhere";
}

TEST(ModelMetadataTest, ClassNamesComeBack) {
  for (const std::vector<std::string>& names : std::vector<std::vector<std::string>>{{"a \"b\"", "Größe"}, {}}) {
    EXPECT_EQ(ClassNamesIn(ModelMetadata(Example(), names, {3, 224, 224})), names);
  }
}

TEST(ModelMetadataTest, NamesThatAreNoUtf8StayReadable) {
  EXPECT_THAT(ClassNamesIn(ModelMetadata(Example(), {"a\xFF"}, {1, 1, 1})), ElementsAre("a\xEF\xBF\xBD"));
}

TEST(ModelMetadataTest, WhatIsNoListOfNamesIsNone) {
  for (const char* const text : {"", "[", "{}", "[1]", "\"a\"", "[\"a\", null]", "[\"\"]", "[\"a\", \"a\"]", "[\"a\\n\"]"}) {
    EXPECT_THAT(ClassNamesIn({{"mica.class_names", text}}), IsEmpty()) << text;
  }
  EXPECT_THAT(ClassNamesIn({}), IsEmpty());
}

}  // namespace
}  // namespace mica
