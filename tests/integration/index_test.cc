// mica index from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/files/csv_reader.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "tests/integration/mica_process.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// x.textproto beside a tree of pictures in class folders.
class IndexTest : public testing::Test {
 protected:
  IndexTest() {
    WriteTestFile(
        Path("x.textproto"),
        "name: 'x' model { linear {} } loss { cross_entropy {} } optimizer { sgd { learning_rate: 0.1 } } schedule { constant {} } "
        "trainer { epochs: 1 } dataset { pool { class_folders { folder: 'tree' } } validation_fraction: 0.3 }");
    for (int i = 0; i < 20; ++i) {
      WritePicture(absl::StrCat("tree/cat/", i, ".png"), 40 + i, i);
      WritePicture(absl::StrCat("tree/dog/", i, ".png"), 60 + i, 100 + i);
    }
  }

  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  // An hour old, so that the cache takes it.
  void Write(absl::string_view name, absl::string_view bytes) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), bytes);
    std::filesystem::last_write_time(Path(name), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }

  void WritePicture(absl::string_view name, int width, unsigned seed) const {
    Picture picture;
    picture.Reshape(36, width, 3);
    std::mt19937 random(seed);
    for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(random());
    Write(name, EncodePng(picture));
  }

  MicaResult Run(std::vector<std::string> arguments) const { return RunMica({std::move(arguments), folder_}); }
  MicaResult Index(const std::string& set = "") const { return Run({"index", "x.textproto", "--set=" + set}); }

  const std::string folder_ = MakeTestFolder("index");
};

TEST_F(IndexTest, SaysWhatTheDataIsAndWritesIt) {
  const MicaResult result = Index();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("label  class  train  validation\n"), HasSubstr("\nwidth           40 to 79, median 60\n"),
                    HasSubstr("\nformats         PNG 40\n"), HasSubstr("normalize { mean: ["),
                    HasSubstr("0 of 40 pictures were known and unchanged: .cache/mica/"), HasSubstr("Everything is in index/x/\n")));
  const auto index = ReadCsv(Path("index/x/index.csv"), {"path", "split", "class", "width"});
  ASSERT_THAT(index, IsOk());
  ASSERT_EQ(index->size(), 40);
  EXPECT_EQ(index->Text(0, "path"), Path("tree/cat/0.png"));
  EXPECT_EQ(index->Text(39, "class"), "dog");
  EXPECT_THAT(ReadFile(Path("index/x/quarantine.txt")), IsOkAndHolds(""));

  const MicaResult again = Index();
  EXPECT_THAT(again.out, HasSubstr("40 of 40 pictures were known and unchanged"));
}

TEST_F(IndexTest, EveryFaultIsListedAndTheExitCodeSaysSo) {
  Write("tree/cat/page.jpg", "<!doctype html><title>404</title>");
  Write("tree/dog/empty.png", "");
  ASSERT_EQ(mkfifo(Path("tree/cat/pipe.jpg").c_str(), 0600), 0);
  const MicaResult result = Index();
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(result.out, AllOf(HasSubstr("pipe.jpg: is a FIFO, not a regular file; remove it\n"), HasSubstr("error: 2 x unusable: ")));
  EXPECT_THAT(result.err, HasSubstr("x.textproto: 3 errors in its data; index/x/problems.csv lists all"));
  EXPECT_THAT(ReadFile(Path("index/x/quarantine.txt")),
              IsOkAndHolds(absl::StrCat(Path("tree/cat/page.jpg"), "\n", Path("tree/dog/empty.png"), "\n")));
  // check and train refuse the data with the same words.
  const MicaResult check = Run({"check", "x.textproto"});
  EXPECT_EQ(check.exit_code, 3) << check;
  EXPECT_THAT(check.err,
              AllOf(HasSubstr("pipe.jpg: is a FIFO"), HasSubstr("page.jpg: is a web page"), HasSubstr("empty.png: has 0 bytes")));

  std::filesystem::remove(Path("tree/cat/pipe.jpg"));
  EXPECT_EQ(Index("dataset { on_bad_sample: DROP }").exit_code, 0);
  const MicaResult dropped = Run({"check", "x.textproto",
                                  "--set=dataset { on_bad_sample: DROP } train_transforms { resize { height_px: 8 width_px: 8 } } "
                                  "eval_transforms { resize { height_px: 8 width_px: 8 } }"});
  EXPECT_EQ(dropped.exit_code, 0) << dropped;
  EXPECT_THAT(dropped.err, HasSubstr("left out 2 pictures that cannot be used: "));
}

TEST_F(IndexTest, PicturesOfSeveralSizesNeedATransform) {
  const MicaResult result = Run({"train", "x.textproto"});
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("train_transforms is empty, but pictures differ in size"),
                                HasSubstr("add train_transforms { resize { height_px: 224 width_px: 224 } }")));
  EXPECT_EQ(Run({"summary", "x.textproto"}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(Path("runs")));
}

TEST_F(IndexTest, WorksWithoutACacheAndWithABrokenOne) {
  MicaCommand command = {{"index", "x.textproto"}, folder_};
  command.environment["HOME"] = std::nullopt;
  const MicaResult homeless = RunMica(command);
  EXPECT_EQ(homeless.exit_code, 0) << homeless;
  EXPECT_THAT(homeless.out, Not(HasSubstr("unchanged")));
  EXPECT_FALSE(std::filesystem::exists(Path(".cache")));

  ASSERT_EQ(Index().exit_code, 0);
  for (const auto& file : std::filesystem::directory_iterator(Path(".cache/mica"))) WriteTestFile(file.path(), "rubbish");
  const MicaResult broken = Index();
  EXPECT_EQ(broken.exit_code, 0) << broken;
  EXPECT_THAT(broken.out, HasSubstr("0 of 40 pictures were known and unchanged"));
  EXPECT_THAT(Index().out, HasSubstr("40 of 40 pictures were known and unchanged"));
}

TEST_F(IndexTest, NeedsNoModel) {
  WriteTestFile(Path("data.textproto"), "name: 'data' dataset { pool { class_folders { folder: 'tree' } } }");
  EXPECT_EQ(Run({"index", "data.textproto"}).exit_code, 0);
  EXPECT_EQ(Run({"check", "data.textproto"}).exit_code, 2);
}

TEST_F(IndexTest, WritesNothingIntoTheDataOrOverOtherThings) {
  const MicaResult inside = Run({"index", "x.textproto", "--write_images=tree/new"});
  EXPECT_EQ(inside.exit_code, 1) << inside;
  EXPECT_THAT(inside.err, HasSubstr("--write_images=tree/new lies inside the data, tree"));
  EXPECT_EQ(Run({"index", "x.textproto", "--output_dir=tree"}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(Path("tree/x")));

  const MicaResult full = Run({"index", "x.textproto", "--write_images=."});
  EXPECT_EQ(full.exit_code, 5) << full;
  EXPECT_THAT(full.err, HasSubstr("is not empty; name a new folder"));

  // runs/x holds the runs of x.
  Write("runs/x/20260101-000000/summary.csv", "");
  const MicaResult runs = Run({"index", "x.textproto", "--output_dir=runs"});
  EXPECT_EQ(runs.exit_code, 5) << runs;
  EXPECT_TRUE(std::filesystem::exists(Path("runs/x/20260101-000000/summary.csv")));
}

TEST_F(IndexTest, ACacheThatCannotBeWrittenIsToldOf) {
  WriteTestFile(Path(".cache"), "a file");
  const MicaResult result = Index();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, HasSubstr("What was found is not kept for the next time: .cache/mica/ cannot be written"));
}

TEST_F(IndexTest, FlagsOfImagesAreJudged) {
  const MicaResult alone = Run({"index", "x.textproto", "--layout=CSV"});
  EXPECT_EQ(alone.exit_code, 1) << alone;
  EXPECT_THAT(alone.err, HasSubstr("--layout has no effect without --write_images"));
  const MicaResult wrong = Run({"index", "x.textproto", "--write_images=out", "--layout=CLASS_FOLDER"});
  EXPECT_EQ(wrong.exit_code, 1) << wrong;
  EXPECT_THAT(wrong.err, HasSubstr("expected CLASS_FOLDERS, LIST_FILE, FILE_NAMES, CSV, TAR_SHARDS; did you mean \"CLASS_FOLDERS\"?"));
}

TEST_F(IndexTest, OutputThatCannotBeWrittenIsNamed) {
  WriteTestFile(Path("index"), "a file");
  const MicaResult result = Index();
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, HasSubstr(Path("index")));
}

}  // namespace
}  // namespace mica
