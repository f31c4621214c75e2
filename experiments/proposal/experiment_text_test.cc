#include "experiments/proposal/experiment_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kValid[] =
    "name: 'x' dataset { pool { class_folders { folder: '/home/me/pictures/flowers' } } validation_fraction: 0.2 } model { linear {} } "
    "loss { cross_entropy {} } optimizer { sgd { learning_rate: 0.1 } } schedule { constant {} } trainer { epochs: 3 }";

Proposal ProposalOf(const std::string& experiment, const std::string& reason = "Because.") {
  Proposal proposal;
  proposal.parts.push_back({reason, ParseTextOrDie<Experiment>(experiment)});
  return proposal;
}

TEST(ExperimentTextTest, ShortMessagesStandOnOneLine) {
  EXPECT_EQ(CompactText(
                ParseTextOrDie<Experiment>("model { linear {} } trainer { epochs: 3 clip_gradient_norm: 0.5 } loader { shuffle: false }")),
            "loader { shuffle: false }\nmodel { linear {} }\ntrainer { epochs: 3 clip_gradient_norm: 0.5 }\n");
  EXPECT_EQ(CompactText(ParseTextOrDie<Experiment>("eval_transforms { normalize { mean: [0.1, 0.25] std: 1 } }")),
            "eval_transforms { normalize { mean: [0.1, 0.25] std: 1 } }\n");
}

TEST(ExperimentTextTest, LongMessagesAreBroken) {
  const std::string folder(80, 'f');
  EXPECT_EQ(CompactText(ParseTextOrDie<Experiment>(absl::StrCat("dataset { pool { class_folders { folder: '", folder,
                                                                "' } } class_order: NATURAL validation_fraction: 0.1 }"))),
            absl::StrCat("dataset {\n  pool {\n    class_folders {\n      folder: \"", folder,
                         "\"\n    }\n  }\n  class_order: NATURAL\n  validation_fraction: 0.1\n}\n"));
}

TEST(ExperimentTextTest, TextReadsBackAsTheSameMessage) {
  Experiment experiment = ParseTextOrDie<Experiment>(kValid);
  experiment.mutable_dataset()->add_class_names(
      "it's \"so\"\n\xff\x01"
      "1");
  experiment.mutable_dataset()->add_class_names("Äpfel");
  experiment.set_seed(18446744073709551615u);
  experiment.mutable_optimizer()->mutable_sgd()->set_learning_rate(1.0 / 3);
  Experiment read;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(CompactText(experiment), &read)) << CompactText(experiment);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(read, experiment)) << read.DebugString();
}

TEST(ExperimentTextTest, ReasonsAreCommentsOfAtMostAHundredColumns) {
  std::string reason;
  for (int i = 0; i < 60; ++i) absl::StrAppend(&reason, "word", i, " ");
  const std::string text = ExperimentText(ProposalOf(kValid, reason), "What was found.", "/home/me");
  EXPECT_THAT(text,
              StartsWith("# proto-file: experiments/experiment.proto\n# proto-message: mica.Experiment\n# What was found.\n\n# word0 "));
  for (const absl::string_view line : absl::StrSplit(text, '\n')) EXPECT_LE(line.size(), 100) << line;
  EXPECT_THAT(text, HasSubstr(" word59\nname: \"x\"\n"));
}

TEST(ExperimentTextTest, PathsBelowTheFileAreRelative) {
  const auto text = [](const std::string& folder) { return ExperimentText(ProposalOf(kValid), "x", folder); };
  EXPECT_THAT(text("/home/me"), HasSubstr("folder: \"pictures/flowers\""));
  EXPECT_THAT(text("/home/me/pictures/flowers"), HasSubstr("folder: \".\""));
  EXPECT_THAT(text("/home/m"), HasSubstr("folder: \"/home/me/pictures/flowers\""));
  EXPECT_THAT(text("/"), HasSubstr("folder: \"home/me/pictures/flowers\""));
  const std::string tilde = absl::StrReplaceAll(kValid, {{"/pictures/flowers", "/~/flowers"}});
  EXPECT_THAT(ExperimentText(ProposalOf(tilde), "x", "/home/me"), HasSubstr("folder: \"./~/flowers\""));
}

TEST(ExperimentTextTest, TheCheckReadsTheTextAndJudgesIt) {
  const Proposal proposal = ProposalOf(kValid);
  for (const char* folder : {"/home/me", "/elsewhere", "/"}) {
    EXPECT_THAT(CheckExperimentText(ExperimentText(proposal, "x", folder), proposal, folder), IsOk());
  }
  const std::string text = ExperimentText(proposal, "x", "/home/me");
  EXPECT_THAT(CheckExperimentText(absl::StrReplaceAll(text, {{"0.1", "0.2"}}), proposal, "/home/me"),
              Fails(ExitCode::kInternal, HasSubstr("learning_rate")));
  EXPECT_THAT(CheckExperimentText(text + "}", proposal, "/home/me"), Fails(ExitCode::kInternal, HasSubstr("the proposed experiment:")));
  const Proposal invalid = ProposalOf(absl::StrReplaceAll(kValid, {{"epochs: 3", "epochs: 0"}}));
  EXPECT_THAT(CheckExperimentText(ExperimentText(invalid, "x", "/"), invalid, "/"),
              Fails(ExitCode::kInternal, HasSubstr("trainer.epochs")));
}

TEST(ExperimentTextTest, APathWithAVariableCannotBeWritten) {
  const Proposal proposal = ProposalOf(absl::StrReplaceAll(kValid, {{"flowers", "${flowers}"}}));
  EXPECT_THAT(CheckExperimentText(ExperimentText(proposal, "x", "/home/me"), proposal, "/home/me"),
              Fails(ExitCode::kData, HasSubstr("reads as the name of a variable; rename it")));
}

TEST(ExperimentTextTest, ANameThatIsNotUtf8CannotBeWritten) {
  const Proposal proposal = ProposalOf(absl::StrReplaceAll(kValid, {{"flowers", "\\377"}}));
  EXPECT_THAT(CheckExperimentText(ExperimentText(proposal, "x", "/home/me"), proposal, "/home/me"),
              Fails(ExitCode::kData, HasSubstr("pictures/\\xff\": is not UTF-8")));
}

}  // namespace
}  // namespace mica
