#include "experiments/config/load_experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/config/text_mutator.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kValid[] =
    "name: \"x\" dataset { idx {} }\nmodel { linear {} }\nloss { cross_entropy {} }\noptimizer { sgd { learning_rate: 0.1 } }\n"
    "schedule { constant {} }\ntrainer { epochs: 1 }\n";

absl::StatusOr<LoadedExperiment> Load(absl::string_view text, absl::string_view set_fragment = "") {
  const std::string folder = testing::TempDir();
  const std::string path = absl::StrCat(folder, "load_", testing::UnitTest::GetInstance()->current_test_info()->name(), ".textproto");
  EXPECT_THAT(WriteFileAtomically(path, text), IsOk());
  return LoadExperiment(path, "x.textproto", set_fragment, folder);
}

TEST(LoadExperimentTest, ReturnsAResolvedExperiment) {
  const absl::StatusOr<LoadedExperiment> loaded = Load(kValid, "trainer { epochs: 2 }");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(loaded->warnings, IsEmpty());
  EXPECT_EQ(loaded->experiment.trainer().epochs(), 2);
  EXPECT_TRUE(loaded->experiment.loader().has_batch_size());
  EXPECT_FALSE(loaded->experiment.schedule().has_warmup());
}

// C21
TEST(LoadExperimentTest, ListsAllThatAnEmptyFileLacks) {
  EXPECT_THAT(Load(""),
              Fails(ExitCode::kConfig,
                    AllOf(HasSubstr("x.textproto: name is required"), HasSubstr("x.textproto: dataset is required: choose one of idx"),
                          HasSubstr("x.textproto: model is required: choose one of linear, linear_relu, tiny_vgg"),
                          HasSubstr("loss is required"), HasSubstr("optimizer is required: choose one of sgd, adam, adamw"),
                          HasSubstr("schedule is required"), HasSubstr("trainer.epochs is required"))));
}

// C1, C4
TEST(LoadExperimentTest, JudgesNothingAfterAStoppedParse) {
  EXPECT_THAT(Load("naem: 1\ntrainer { epochs: \"5\" }"),
              Fails(ExitCode::kConfig,
                    "x.textproto:1:1: unknown field \"naem\" in Experiment; did you mean \"name\"?\n"
                    "x.textproto:2:19: trainer.epochs: expected a whole number, got text \"5\""));
}

TEST(LoadExperimentTest, ReportsUnknownFieldsAndMeaningTogether) {
  EXPECT_THAT(Load(absl::StrCat(kValid, "sede: 1\nloader { batch_size: 0 }")),
              Fails(ExitCode::kConfig,
                    "x.textproto:7:1: unknown field \"sede\" in Experiment; did you mean \"seed\"?\n"
                    "x.textproto:8:10: loader.batch_size must be at least 1 (got 0)"));
}

// C20
TEST(LoadExperimentTest, NamesThePlaceOfABadNumber) {
  for (const std::string value : {"1e400", "nan", "-inf", "-0.1", "0"}) {
    EXPECT_THAT(Load(absl::StrCat("optimizer {\n  adam { learning_rate: ", value, " }\n}")),
                Fails(ExitCode::kConfig, HasSubstr("x.textproto:2:10: optimizer.adam.learning_rate must be finite and > 0 (got ")));
  }
}

// G2, C4
TEST(LoadExperimentTest, NamesThePlaceInAFragment) {
  EXPECT_THAT(Load(kValid, "trainer { epochs: abc }"),
              Fails(ExitCode::kConfig, "--set:1:19: trainer.epochs: expected a whole number, got abc"));
}

// G5
TEST(LoadExperimentTest, NamesThePlaceOfABadNumberInAFragment) {
  EXPECT_THAT(Load(kValid, "optimizer { sgd { learning_rate: nan } }"),
              Fails(ExitCode::kConfig, "--set:1:19: optimizer.sgd.learning_rate must be finite and > 0 (got nan)"));
}

TEST(LoadExperimentTest, AFragmentCanSwitchAnArm) {
  const absl::StatusOr<LoadedExperiment> loaded = Load(kValid, "optimizer { adamw { learning_rate: 1e-3 } }");
  ASSERT_THAT(loaded, IsOk());
  EXPECT_TRUE(loaded->experiment.optimizer().has_adamw());
  EXPECT_FALSE(loaded->experiment.optimizer().has_sgd());
}

TEST(LoadExperimentTest, WarningsLeaveTheExperimentValid) {
  const absl::StatusOr<LoadedExperiment> loaded =
      Load(absl::StrCat(kValid, "evaluation {\n select_by: VAL_LOSS }\nloader { shuffle: false }"));
  ASSERT_THAT(loaded, IsOk());
  EXPECT_THAT(loaded->warnings, ElementsAre(StartsWith("x.textproto:8:2: evaluation.select_by has no effect"),
                                            StartsWith("x.textproto:9:10: loader.shuffle is false")));
}

TEST(LoadExperimentTest, ErrorsFoundLaterGetTheirPlaceToo) {
  const absl::StatusOr<LoadedExperiment> loaded = Load(kValid, "trainer { epochs: 2 }");
  ASSERT_THAT(loaded, IsOk());

  EXPECT_THAT(
      AtItsPlace(WithFields(ConfigError("model.linear needs a picture\ntrainer.epochs: too many\n/data/model: cut"),
                            {"model.linear", "trainer.epochs", ""}),
                 *loaded),
      Fails(ExitCode::kConfig, "x.textproto:2:9: model.linear needs a picture\n--set:1:11: trainer.epochs: too many\n/data/model: cut"));
  EXPECT_THAT(AtItsPlace(WithFields(DataError("loader.batch_size is 59"), {"loader.batch_size"}), *loaded),
              Fails(ExitCode::kData, "loader.batch_size is 59"))
      << "a default was written nowhere";
}

TEST(LoadExperimentTest, SaysThatAFileIsMissingOrAFolder) {
  EXPECT_THAT(LoadExperiment("/nope/x.textproto", "x.textproto", "", "/"),
              Fails(ExitCode::kConfig, StartsWith("/nope/x.textproto: cannot open: No such file or directory: there is no \"/nope\"")));
  EXPECT_THAT(LoadExperiment("/tmp", "tmp", "", "/"), Fails(ExitCode::kConfig, "/tmp: is a folder, expected a file; if it holds pictures, mica new writes an experiment for them"));
}

TEST(LoadExperimentTest, DataAloneNeedsNoModel) {
  const std::string path = testing::TempDir() + "data_alone.textproto";
  ASSERT_THAT(WriteFileAtomically(path, "name: 'x' dataset { idx {} }"), IsOk());
  EXPECT_THAT(LoadExperiment(path, "x.textproto", "", testing::TempDir(), ExperimentScope::kData), IsOk());
  EXPECT_THAT(
      LoadExperiment(path, "x.textproto", "dataset { validation_fraction: 2 } loader { batch_size: 0 }", testing::TempDir(),
                     ExperimentScope::kData),
      Fails(ExitCode::kConfig, AllOf(HasSubstr("dataset.validation_fraction must be in [0, 1)"), testing::Not(HasSubstr("batch_size")))));
}

// A broken text never ends the process and is never refused without a reason.
TEST(LoadExperimentTest, SurvivesBrokenTexts) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const std::string text = absl::StrCat(kValid, "dataset { class_names: ['a', 'b'] validation_fraction: 0.1 } loader { batch_size: 3 }");
  const std::string folder = testing::TempDir();
  ASSERT_THAT(WriteFileAtomically(folder + "fuzz.textproto", kValid), IsOk());
  TextMutator mutator(7);
  int refused = 0;
  for (int i = 0; i < 2000 && std::chrono::steady_clock::now() < deadline; ++i) {
    const absl::StatusOr<LoadedExperiment> loaded = LoadExperiment(folder + "fuzz.textproto", "x.textproto", mutator.Mutate(text), folder);
    if (loaded.ok()) continue;
    ASSERT_THAT(loaded, Fails(ExitCode::kConfig, StartsWith("--set:")));
    ++refused;
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace mica
