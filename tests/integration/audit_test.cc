// mica audit from outside: runs of every fold, wrong labels found, mended without touching the data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kSamples = 48;
const std::set<int> kWrong = {5, 17, 31};

// Bands that a linear model learns at once, three of them under a wrong label.
void WriteWrongLabels(const TinyExperiment& tiny) {
  std::string labels;
  for (int i = 0; i < kSamples; ++i) labels.push_back(static_cast<char>((i + (kWrong.count(i) > 0 ? 1 : 0)) % 3));
  WriteTestFile(tiny.Path("data/train-labels-idx1-ubyte.gz"), Gzip(IdxBytes({kSamples}, labels)));
}

TEST(AuditTest, LabelsThatAreWrongAreFoundAndMended) {
  const TinyExperiment tiny("audit");
  WriteWrongLabels(tiny);
  const std::string no_test = "dataset { idx { test_images: '' test_labels: '' } ";
  for (int fold = 1; fold <= 4; ++fold) {
    const MicaResult trained = RunMica({{"train", "x.textproto", absl::StrCat("--run_name=fold", fold),
                                         absl::StrCat("--set=", no_test, "fold { of: 4 index: ", fold, " } } trainer { epochs: 8 }")},
                                        tiny.folder()});
    ASSERT_EQ(trained.exit_code, 0) << trained;
  }

  const MicaResult audit = RunMica({{"audit", "runs/tiny/fold1", "runs/tiny/fold2", "runs/tiny/fold3", "runs/tiny/fold4"}, tiny.folder()});

  ASSERT_EQ(audit.exit_code, 0) << audit;
  std::set<std::string> found;
  for (const std::string& id : ReadTestCsv(tiny.Path("runs/tiny/audit/label_issues.csv")).Column("id")) found.insert(id);
  for (const int id : kWrong) EXPECT_EQ(found.count(absl::StrCat(id)), 1u) << id;
  EXPECT_LE(found.size(), 5u) << "few others";
  EXPECT_TRUE(std::filesystem::exists(tiny.Path("runs/tiny/audit/suspects.png")));

  const MicaResult mended =
      RunMica({{"train", "x.textproto", "--run_name=mended", "--set=dataset { label_fixes_file: 'runs/tiny/audit/label_fixes.csv' }"},
               tiny.folder()});
  EXPECT_EQ(mended.exit_code, 0) << mended;
  EXPECT_THAT(mended.err, HasSubstr("label_fixes.csv"));
}

TEST(AuditTest, WrongCallsSayWhatIsRight) {
  const TinyExperiment tiny("audit_wrong");
  for (const std::string run : {"a", "b"}) {
    ASSERT_EQ(RunMica({{"train", "x.textproto", "--run_name=" + run, "--set=trainer { epochs: 1 }"}, tiny.folder()}).exit_code, 0);
  }
  const MicaResult twice = RunMica({{"audit", "runs/tiny/a", "runs/tiny/b"}, tiny.folder()});
  EXPECT_EQ(twice.exit_code, 2) << twice;
  EXPECT_THAT(twice.err, AllOf(HasSubstr("runs/tiny/a"), HasSubstr("runs/tiny/b")));
  EXPECT_EQ(RunMica({{"audit", "data"}, tiny.folder()}).exit_code, 3);
  EXPECT_EQ(RunMica({{"audit"}, tiny.folder()}).exit_code, 1);
  WriteTestFile(tiny.Path("fixes.csv"), "path,label_name\nnowhere.png,0\n");
  const MicaResult stray = RunMica({{"check", "x.textproto", "--set=dataset { label_fixes_file: 'fixes.csv' }"}, tiny.folder()});
  EXPECT_EQ(stray.exit_code, 3) << stray;
  EXPECT_THAT(stray.err, HasSubstr("fixes.csv:2"));
}

}  // namespace
}  // namespace mica
