#include "experiments/config/experiment_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A fresh folder for each test. Experiments are read from its subfolder "e", as if the user were
// there.
class ExperimentReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = absl::StrCat(testing::TempDir(), "reader_", testing::UnitTest::GetInstance()->current_test_info()->name());
    ASSERT_THAT(MakeFolders(folder_ + "/e/bases"), IsOk());
  }

  void Write(const std::string& name, absl::string_view text) { ASSERT_THAT(WriteFileAtomically(folder_ + "/" + name, text), IsOk()); }

  ExperimentDraft Read(const std::string& name, absl::string_view set_fragment = "") const {
    return ReadExperiment(folder_ + "/" + name, name, set_fragment, folder_);
  }

  std::string folder_;
};

std::string PlaceOf(const ExperimentDraft& draft, absl::string_view path) {
  const SourcePosition* position = draft.locations.Find(path);
  return position == nullptr ? "" : position->ToString();
}

TEST_F(ExperimentReaderTest, MergesIncludesInOrderThenTheFileThenTheFragment) {
  Write("e/bases/a.textproto", "name: 'a' seed: 1 trainer { epochs: 1 max_steps: 1 cpu_threads: 1 clip_gradient_norm: 1 }");
  Write("e/bases/b.textproto", "trainer { max_steps: 2 cpu_threads: 2 clip_gradient_norm: 2 }");
  Write("e/x.textproto", "include: ['bases/a.textproto', 'bases/b.textproto']\ntrainer { cpu_threads: 3 clip_gradient_norm: 3 }");
  const ExperimentDraft draft = Read("e/x.textproto", "trainer { clip_gradient_norm: 4 }");
  EXPECT_THAT(draft.errors.messages, IsEmpty());
  EXPECT_EQ(draft.experiment.name(), "a");
  EXPECT_EQ(draft.experiment.trainer().epochs(), 1);
  EXPECT_EQ(draft.experiment.trainer().max_steps(), 2);
  EXPECT_EQ(draft.experiment.trainer().cpu_threads(), 3);
  EXPECT_EQ(draft.experiment.trainer().clip_gradient_norm(), 4);
  EXPECT_EQ(PlaceOf(draft, "name"), "e/bases/a.textproto:1:1");
  EXPECT_EQ(PlaceOf(draft, "trainer.cpu_threads"), "e/x.textproto:2:11");
  EXPECT_EQ(PlaceOf(draft, "trainer.clip_gradient_norm"), "--set:1:11");
}

TEST_F(ExperimentReaderTest, TheResolvedExperimentHasDefaultsAndNoIncludes) {
  Write("e/bases/a.textproto", "dataset { class_names: ['p', 'q'] idx {} } optimizer { sgd { learning_rate: 1 } }");
  Write("e/x.textproto", "include: 'bases/a.textproto' dataset { class_names: [] } optimizer { adam {} }");
  const ExperimentDraft draft = Read("e/x.textproto");
  EXPECT_EQ(draft.experiment.include_size(), 0);
  EXPECT_EQ(PlaceOf(draft, "include[0]"), "");
  EXPECT_EQ(draft.experiment.dataset().class_names_size(), 0);
  EXPECT_EQ(draft.experiment.dataset().idx().folder(), "/usr/share/datasets/fashion-mnist");
  EXPECT_TRUE(draft.experiment.dataset().idx().has_folder());
  EXPECT_TRUE(draft.experiment.optimizer().adam().has_beta1());
  EXPECT_FALSE(draft.experiment.optimizer().adam().has_learning_rate());
}

TEST_F(ExperimentReaderTest, PathsAreRelativeToTheFileTheyStandIn) {
  Write("e/bases/a.textproto", "dataset { class_names_file: '../names.txt' idx { folder: 'data' } }");
  Write("e/x.textproto", "include: 'bases/a.textproto'");
  EXPECT_EQ(Read("e/x.textproto").experiment.dataset().class_names_file(), folder_ + "/e/names.txt");
  EXPECT_EQ(Read("e/x.textproto").experiment.dataset().idx().folder(), folder_ + "/e/bases/data");
  EXPECT_EQ(Read("e/x.textproto", "dataset { idx { folder: 'data' } }").experiment.dataset().idx().folder(), folder_ + "/data");
  EXPECT_EQ(Read("e/x.textproto", "dataset { class_names_file: '' }").experiment.dataset().class_names_file(), "");
}

TEST_F(ExperimentReaderTest, ExpandsVariables) {
  setenv("MICA_TEST_FOLDER", "/data", 1);
  unsetenv("MICA_TEST_UNSET");
  Write("e/x.textproto", "dataset {\n idx { folder: '${MICA_TEST_FOLDER}/f' } }");
  EXPECT_EQ(Read("e/x.textproto").experiment.dataset().idx().folder(), "/data/f");
  Write("e/y.textproto", "dataset {\n idx { folder: '${MICA_TEST_UNSET}/f' } }\ninclude: '${MICA_TEST_UNSET}'");
  EXPECT_THAT(Read("e/y.textproto").errors.messages,
              ElementsAre("e/y.textproto:3:1: include[0]: the environment variable MICA_TEST_UNSET is not set",
                          "e/y.textproto:2:8: dataset.idx.folder: the environment variable MICA_TEST_UNSET is not set"));
}

TEST_F(ExperimentReaderTest, RefusesPathsWithZeroBytes) {
  Write("e/x.textproto", "dataset { idx { folder: '/tmp\\0x' } }");
  EXPECT_THAT(Read("e/x.textproto").errors.messages, ElementsAre("e/x.textproto:1:17: dataset.idx.folder: no path holds a zero byte"));
}

// "C:\new\test", pasted.
TEST_F(ExperimentReaderTest, ABackslashThatBecameAControlCharacterIsExplained) {
  Write("e/x.textproto", "dataset { idx { folder: 'C:\\new\\test' } }");
  EXPECT_THAT(
      Read("e/x.textproto").errors.messages,
      ElementsAre("e/x.textproto:1:17: dataset.idx.folder: there is no \"C:\\new\\test\", and it holds \"\\n\", a control character: "
                  "\"\\\" begins an escape in protobuf text; write \"/\" in paths, or \"\\\\\""));
  ASSERT_THAT(MakeFolders(folder_ + "/e/a\tb"), IsOk());
  Write("e/y.textproto", "dataset { idx { folder: 'a\\tb' } }");
  EXPECT_THAT(Read("e/y.textproto").errors.messages, IsEmpty()) << "there may be such names";
}

TEST_F(ExperimentReaderTest, ReportsTheErrorsOfEveryLayer) {
  Write("e/bases/a.textproto", "a: 1");
  Write("e/x.textproto", "b: 1 include: 'bases/a.textproto'");
  EXPECT_THAT(Read("e/x.textproto", "c: 1").errors.messages,
              ElementsAre(HasSubstr("e/x.textproto:1:1: unknown field \"b\""), HasSubstr("e/bases/a.textproto:1:1: unknown field \"a\""),
                          HasSubstr("--set:1:1: unknown field \"c\"")));
}

// C27
TEST_F(ExperimentReaderTest, NamesTheFilesOfACircle) {
  Write("e/x.textproto", "name: 'x'\n include: 'bases/a.textproto'");
  Write("e/bases/a.textproto", "include: 'b.textproto'");
  Write("e/bases/b.textproto", "include: './../bases/a.textproto'");
  const ExperimentDraft draft = Read("e/x.textproto");
  EXPECT_TRUE(draft.errors.stopped);
  EXPECT_THAT(draft.errors.messages,
              ElementsAre("e/bases/b.textproto:1:1: files include each other in a circle: e/bases/a.textproto -> e/bases/b.textproto -> "
                          "e/bases/a.textproto"));
  Write("e/self.textproto", "include: 'self.textproto'");
  EXPECT_THAT(Read("e/self.textproto").errors.messages, ElementsAre(EndsWith("circle: e/self.textproto -> e/self.textproto")));
}

// C27
TEST_F(ExperimentReaderTest, NamesThePathThatWasTried) {
  Write("e/x.textproto", "include: [\n 'bases/nope.textproto', 'bases', '']");
  EXPECT_THAT(
      Read("e/x.textproto").errors.messages,
      ElementsAre(absl::StrCat("e/x.textproto:2:2: include ", folder_, "/e/bases/nope.textproto: cannot open: No such file or directory"),
                  absl::StrCat("e/x.textproto:2:26: include ", folder_, "/e/bases: is a folder, expected a file"),
                  "e/x.textproto:2:35: include[2] is empty"));
  EXPECT_THAT(Read("e/y.textproto").errors.messages,
              ElementsAre(absl::StrCat(folder_, "/e/y.textproto: cannot open: No such file or directory; did you mean \"x.textproto\"?")));
}

// C27: an experiment may use a file from anywhere.
TEST_F(ExperimentReaderTest, IncludesFilesOutsideOfItsFolder) {
  Write("outside.textproto", "seed: 7 bad: 1");
  Write("e/x.textproto", "include: '../outside.textproto'");
  EXPECT_THAT(Read("e/x.textproto").errors.messages, ElementsAre(HasSubstr("outside.textproto:1:9: unknown field \"bad\"")));
  Write("e/y.textproto", absl::StrCat("include: '", folder_, "/outside.textproto'"));
  EXPECT_THAT(Read("e/y.textproto").errors.messages, ElementsAre(HasSubstr(folder_ + "/outside.textproto:1:9: unknown field")));
}

TEST_F(ExperimentReaderTest, AFragmentMayIncludeAFileFromTheUsersFolder) {
  Write("e/x.textproto", "seed: 1");
  Write("e/bases/a.textproto", "seed: 2");
  EXPECT_EQ(Read("e/x.textproto", "include: 'e/bases/a.textproto'").experiment.seed(), 2);
}

TEST_F(ExperimentReaderTest, ReadsSixteenLevelsOfIncludes) {
  for (int i = 0; i < 17; ++i) Write(absl::StrCat("e/", i, ".textproto"), absl::StrCat("include: '", i + 1, ".textproto'"));
  Write("e/16.textproto", "name: 'deep'");
  EXPECT_EQ(Read("e/0.textproto").experiment.name(), "deep");
  Write("e/16.textproto", "include: '17.textproto'");
  Write("e/17.textproto", "name: 'too deep'");
  EXPECT_THAT(Read("e/0.textproto").errors.messages, ElementsAre("e/16.textproto:1:1: includes are nested deeper than 16"));
}

// Two includes in each file would cause 2^16 reads.
TEST_F(ExperimentReaderTest, LimitsTheCountOfIncludedFiles) {
  for (int i = 0; i < 16; ++i)
    Write(absl::StrCat("e/", i, ".textproto"), absl::StrCat("include: ['", i + 1, ".textproto', '", i + 1, ".textproto']"));
  Write("e/16.textproto", "");
  EXPECT_THAT(Read("e/0.textproto").errors.messages, ElementsAre(HasSubstr("more than 256 files are included")));
}

}  // namespace
}  // namespace mica
