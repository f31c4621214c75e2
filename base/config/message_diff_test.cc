#include "base/config/message_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/config/textproto_example.pb.h"

namespace mica {

bool operator==(const FieldDifference& a, const FieldDifference& b) {
  return a.path == b.path && a.values == b.values && a.only_defaults == b.only_defaults;
}

std::ostream& operator<<(std::ostream& stream, const FieldDifference& difference) {
  stream << difference.path;
  for (const std::string& value : difference.values) stream << " | " << value;
  if (difference.only_defaults) stream << " (defaults)";
  return stream;
}

namespace {

using ::testing::IsEmpty;
using Differences = std::vector<FieldDifference>;

Differences Diff(const std::vector<std::string>& texts) {
  std::vector<ExampleConfig> configs;
  for (const std::string& text : texts) configs.push_back(ParseTextOrDie<ExampleConfig>(text));
  std::vector<const google::protobuf::Message*> messages;
  for (const ExampleConfig& config : configs) messages.push_back(&config);
  return DiffMessages(messages);
}

TEST(MessageDiffTest, EqualMessagesDifferInNothing) {
  const std::string text = "name: 'x' stage { learning_rate: 0.1 layers: 'a' nested { momentum: nan } } cosine {} sizes: 1";
  EXPECT_THAT(Diff({text, text, text}), IsEmpty());
  EXPECT_THAT(Diff({text}), IsEmpty());
  EXPECT_THAT(Diff({}), IsEmpty());
}

TEST(MessageDiffTest, ShowsOnlyWhatDiffersInTheOrderOfTheSchema) {
  EXPECT_EQ(Diff({"device: CPU seed: 1 name: 'x' epochs: 3", "device: CUDA seed: 2 name: 'x' epochs: 3"}),
            (Differences{{"seed", {"1", "2"}}, {"device", {"CPU", "CUDA"}}}));
}

TEST(MessageDiffTest, ValuesAreTextproto) {
  EXPECT_EQ(Diff({"name: 'caf\xc3\xa9 \"' amp: true rate32: 0.1 stage { learning_rate: 1e-7 momentum: inf }",
                  "name: '' amp: false rate32: -0.0 stage { learning_rate: 0.30000000000000004 momentum: nan }"}),
            (Differences{{"name", {"\"caf\xc3\xa9 \\\"\"", "\"\""}},
                         {"amp", {"true", "false"}},
                         {"stage.learning_rate", {"1e-07", "0.30000000000000004"}},
                         {"stage.momentum", {"inf", "nan"}},
                         {"rate32", {"0.1", "-0"}}}));
}

TEST(MessageDiffTest, AFieldThatIsNotSetIsAbsent) {
  EXPECT_EQ(Diff({"epochs: 0", "", "stage { part { count: 7 } }"}),
            (Differences{{"epochs", {"0", "absent", "absent"}}, {"stage.part.count", {"absent", "absent", "7"}, /*only_defaults=*/true}}));
}

TEST(MessageDiffTest, TellsDefaultsThatCameWithAChoice) {
  EXPECT_EQ(Diff({"cosine { floor_fraction: 0 }", "constant {}", "cosine { floor_fraction: 0 }"}),
            (Differences{{"schedule", {"cosine", "constant", "cosine"}}, {"cosine.floor_fraction", {"0", "absent", "0"}, true}}));
  EXPECT_EQ(Diff({"cosine { floor_fraction: 0 }", "cosine { floor_fraction: 0.5 }"}),
            (Differences{{"cosine.floor_fraction", {"0", "0.5"}, false}}));
}

TEST(MessageDiffTest, ASwitchedChoiceStandsInFrontOfItsArms) {
  EXPECT_EQ(Diff({"constant {}", "cosine { floor_fraction: 0.5 }", "steps: 5"}),
            (Differences{{"schedule", {"constant", "cosine", "steps"}},
                         {"cosine.floor_fraction", {"absent", "0.5", "absent"}},
                         {"steps", {"absent", "absent", "5"}}}));
}

TEST(MessageDiffTest, TheOnlyChoiceOfAMessageHasItsPath) {
  EXPECT_EQ(Diff({"stage { nested { momentum: 0.5 } }", "stage {}"}),
            (Differences{{"stage", {"nested", "absent"}}, {"stage.nested.momentum", {"0.5", "absent"}}}));
}

TEST(MessageDiffTest, AMessageWithoutFieldsIsShownByItself) {
  EXPECT_EQ(Diff({"empty {}", ""}), (Differences{{"empty", {"{}", "absent"}}}));
  EXPECT_EQ(Diff({"stage {}", ""}), (Differences{{"stage", {"{}", "absent"}}}));
}

TEST(MessageDiffTest, ListsOfOneLengthDifferByElement) {
  EXPECT_EQ(Diff({"sizes: [1, 2, 3] labels: 'a'", "sizes: [1, 5, 3] labels: 'b'"}),
            (Differences{{"labels[0]", {"\"a\"", "\"b\""}}, {"sizes[1]", {"2", "5"}}}));
  EXPECT_EQ(Diff({"stages { momentum: 1 } stages { nested {} }", "stages { momentum: 2 } stages {}"}),
            (Differences{{"stages[0].momentum", {"1", "2"}}, {"stages[1]", {"nested", "absent"}}}));
}

TEST(MessageDiffTest, ListsOfOtherLengthsDifferAsAWhole) {
  EXPECT_EQ(Diff({"sizes: [1, 2]", "", "sizes: 1"}), (Differences{{"sizes", {"[1, 2]", "[]", "[1]"}}}));
  EXPECT_EQ(Diff({"stages { momentum: 0.5 layers: 'a' } stages {}", "stages {}"}),
            (Differences{{"stages", {"[{ momentum: 0.5 layers: \"a\" }, {}]", "[{}]"}}}));
  EXPECT_EQ(Diff({"stage { layers: 'a' }", ""}), (Differences{{"stage.layers", {"[\"a\"]", "absent"}}}));
}

TEST(MessageDiffTest, AnArmsEmptyListsAreNoDifference) {
  EXPECT_EQ(Diff({"stage { nested {} }", "stage {}"}), (Differences{{"stage", {"nested", "absent"}}}));
}

}  // namespace
}  // namespace mica
