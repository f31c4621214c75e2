// mica new from outside: what it writes is valid and trains, and what it cannot read it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"
#include "data/index/idx_test_files.h"
#include "tests/integration/mica_process.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class NewTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  void Write(const std::string& name, absl::string_view bytes) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), bytes);
  }

  // Noise of `width` x 40 pixels whose mean is the class's.
  void WritePicture(const std::string& name, int brightness, unsigned seed, int width = 48) const {
    Picture picture;
    picture.Reshape(40, width, 3);
    std::mt19937 random(seed);
    for (uint8_t& value : picture.pixels)
      value = static_cast<uint8_t>(std::clamp<int>(brightness + static_cast<int>(random() % 60), 0, 255));
    Write(name, EncodePng(picture));
  }

  // folder/dark/0.png …, folder/light/0.png …
  void WriteClasses(const std::string& folder, int per_class) const {
    for (int i = 0; i < per_class; ++i) {
      WritePicture(absl::StrCat(folder, "/dark/", i, ".png"), 20, i, 48 + i % 3);
      WritePicture(absl::StrCat(folder, "/light/", i, ".png"), 190, 100 + i);
    }
  }

  MicaResult Run(std::vector<std::string> arguments) const { return RunMica({std::move(arguments), folder_}); }
  MicaResult New(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "new");
    return Run(std::move(arguments));
  }

  // Fails with this exit code and message, and leaves no experiment.
  void ExpectRefused(const std::vector<std::string>& arguments, int exit_code, const std::string& message) const {
    const MicaResult result = New(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << result;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_FALSE(std::filesystem::exists(Path("data.textproto")));
  }

  const std::string folder_ = MakeTestFolder("new");
};

TEST_F(NewTest, TwoCommandsMakeAClassifier) {
  WriteClasses("my pictures", 40);
  const MicaResult made = New({"my pictures"});
  ASSERT_EQ(made.exit_code, 0) << made;
  EXPECT_THAT(made.out, AllOf(HasSubstr("a folder for each class in my pictures/"), HasSubstr("classes   2\n"),
                              HasSubstr("train my_pictures.textproto\n")));
  const auto text = ReadFile(Path("my_pictures.textproto"));
  ASSERT_THAT(text, IsOk());
  EXPECT_THAT(*text, AllOf(testing::StartsWith("# proto-file: experiments/experiment.proto\n# proto-message: mica.Experiment\n"),
                           HasSubstr("class_folders { folder: \"my pictures\" }"), HasSubstr("validation_fraction: 0.2")));
  const MicaResult check = Run({"check", "my_pictures.textproto"});
  EXPECT_EQ(check.exit_code, 0) << check;
  EXPECT_THAT(check.err, Not(HasSubstr("my_pictures.textproto:")));  // no warning about what was written
  // Dark and light noise are told apart at once.
  const MicaResult train = Run({"train", "my_pictures.textproto", "--set=trainer { epochs: 6 }", "--run_name=a"});
  ASSERT_EQ(train.exit_code, 0) << train;
  EXPECT_THAT(train.out, testing::ContainsRegex("accuracy +(1.0000|0.9)"));
}

TEST_F(NewTest, FashionMnistAsItIsPacked) {
  std::filesystem::create_directory(Path("idx"));
  WriteIdxDataset(Path("idx"), {});
  const MicaResult made = New({"idx", "--output=x.textproto"});
  ASSERT_EQ(made.exit_code, 0) << made;
  EXPECT_THAT(made.out, HasSubstr("IDX files in idx/"));
  const MicaResult train = Run({"train", "x.textproto", "--set=trainer { max_steps: 2 } schedule { warmup { steps: 1 } }"});
  EXPECT_EQ(train.exit_code, 0) << train;
}

TEST_F(NewTest, ATableBesidePictures) {
  std::string table = "file,kind\n";
  for (int i = 0; i < 24; ++i) {
    WritePicture(absl::StrCat("data/images/", i, ".png"), i % 2 == 0 ? 20 : 190, i);
    absl::StrAppend(&table, i, ".png,", i % 2 == 0 ? "dark" : "light", "\n");
  }
  Write("data/labels.csv", table);
  const MicaResult made = New({"data"});
  ASSERT_EQ(made.exit_code, 0) << made;
  EXPECT_THAT(made.out, HasSubstr("table labels.csv: column \"file\" names pictures, \"kind\" their class"));
  EXPECT_EQ(Run({"check", "data.textproto"}).exit_code, 0);
  const MicaResult of_file = New({"data/labels.csv"});
  ASSERT_EQ(of_file.exit_code, 0) << of_file;
  EXPECT_EQ(Run({"check", "labels.textproto"}).exit_code, 0);
}

TEST_F(NewTest, WeightsTellTheNetwork) {
  WriteClasses("data", 12);
  const MicaResult first = New({"data"});
  ASSERT_EQ(first.exit_code, 0) << first;
  const MicaResult train = Run({"train", "data.textproto", "--run_name=a",
                                "--set=model { resnet9 { channels: 8 } } trainer { max_steps: 2 } schedule { warmup { steps: 1 } }"});
  ASSERT_EQ(train.exit_code, 0) << train;
  const std::string weights = "--weights=runs/data/a/checkpoints/step-000000002/model.safetensors";
  const MicaResult tuned = New({"data", weights, "--output=tuned.textproto"});
  ASSERT_EQ(tuned.exit_code, 0) << tuned;
  EXPECT_THAT(tuned.out, HasSubstr("network   resnet9, pretrained"));
  const auto text = ReadFile(Path("tuned.textproto"));
  ASSERT_THAT(text, IsOk());
  EXPECT_THAT(*text, AllOf(HasSubstr("resnet9 { channels: 8 }"), HasSubstr("reinitialise: \"fc\""), HasSubstr("rest: true")));
  const MicaResult check = Run({"check", "tuned.textproto"});
  EXPECT_EQ(check.exit_code, 0) << check;
}

TEST_F(NewTest, BadWeightsAreNamed) {
  WriteClasses("data", 8);
  Write("page.safetensors", "<!doctype html><title>404</title>");
  ExpectRefused({"data", "--weights=gone.safetensors"}, 4, "gone.safetensors");
  ExpectRefused({"data", "--weights=page.safetensors"}, 4, "page.safetensors");
}

TEST_F(NewTest, AnExistingFileIsNeverOverwritten) {
  WriteClasses("data", 8);
  Write("mine.textproto", "name: 'mine'");
  const MicaResult result = New({"data", "--output=mine.textproto"});
  EXPECT_EQ(result.exit_code, 5) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("mine.textproto exists and is not overwritten"), HasSubstr("--output=")));
  EXPECT_THAT(ReadFile(Path("mine.textproto")), IsOkAndHolds("name: 'mine'"));
}

TEST_F(NewTest, OutputsThatCannotBe) {
  WriteClasses("data", 8);
  ExpectRefused({"data", "--output=data/x.textproto"}, 1, "lies inside the data");
  ExpectRefused({"data", "--output=gone/x.textproto"}, 5, "does not exist; make it first");
  ExpectRefused({"data", "--output="}, 1, "--output is empty");
  ExpectRefused({""}, 1, "FOLDER is empty");
}

TEST_F(NewTest, WhatIsNoDataIsRefused) {
  std::filesystem::create_directory(Path("data"));
  ExpectRefused({"data"}, 3, "data: no pictures");
  ExpectRefused({"gone"}, 3, "No such file or directory");
  Write("data/a.doc", "x");
  Write("data/b.doc", "x");
  ExpectRefused({"data"}, 3, ".doc (2)");
  ExpectRefused({"data/a.doc"}, 3, "name the folder with the pictures");
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  ExpectRefused({"pipe"}, 3, "is neither a folder nor a regular file");
}

TEST_F(NewTest, OneClassIsNone) {
  for (int i = 0; i < 8; ++i) WritePicture(absl::StrCat("data/cat/", i, ".png"), 20, i);
  ExpectRefused({"data"}, 3, "all 8 pictures lie in one folder, \"cat\", so there is one class; a classifier needs at least two");
}

TEST_F(NewTest, PicturesWithoutLabels) {
  for (int i = 0; i < 8; ++i) WritePicture(absl::StrCat("data/IMG_", i, ".png"), 20, i);
  ExpectRefused({"data"}, 3, "8 pictures, but neither folders for classes, nor a table that names them, nor labels in their names");
}

TEST_F(NewTest, BrokenPicturesAreLeftOutUnlessAllAre) {
  WriteClasses("data", 12);
  Write("data/dark/page.jpg", "<!doctype html><title>404</title>");
  const MicaResult made = New({"data"});
  ASSERT_EQ(made.exit_code, 0) << made;
  EXPECT_THAT(made.err, HasSubstr("left out 1 of 25 pictures, which cannot be used: "));
  EXPECT_EQ(Run({"check", "data.textproto"}).exit_code, 0);

  for (int i = 0; i < 6; ++i) Write(absl::StrCat("broken/", i % 2 == 0 ? "a/" : "b/", i, ".jpg"), "");
  const MicaResult none = New({"broken"});
  EXPECT_EQ(none.exit_code, 3) << none;
  EXPECT_THAT(none.err, HasSubstr("none of 6 pictures can be used: "));
}

TEST_F(NewTest, AClassOfOnePictureIsTrainedOn) {
  WriteClasses("data", 12);
  WritePicture("data/single/0.png", 100, 1);
  const MicaResult made = New({"data"});
  ASSERT_EQ(made.exit_code, 0) << made;
  EXPECT_THAT(made.err, HasSubstr("class \"single\" has 1 sample to train on"));
  EXPECT_EQ(Run({"check", "data.textproto"}).exit_code, 0);
}

TEST_F(NewTest, OddNamesStayWhole) {
  for (const std::string name : {"it's \"so\"", "#5", "{a*b}", "~"}) {
    for (int i = 0; i < 8; ++i) WritePicture(absl::StrCat("odd ~ na'me/", name, "/", i, ".png"), 20, i);
  }
  const MicaResult made = New({"odd ~ na'me", "--output=odd.textproto"});
  ASSERT_EQ(made.exit_code, 0) << made;
  const auto text = ReadFile(Path("odd.textproto"));
  ASSERT_THAT(text, IsOk());
  EXPECT_THAT(*text, HasSubstr("folder: \"odd ~ na\\'me\""));
  const MicaResult check = Run({"check", "odd.textproto"});
  EXPECT_EQ(check.exit_code, 0) << check;
  EXPECT_THAT(check.out, HasSubstr(" 4 classes"));
}

TEST_F(NewTest, ClassesThatNoTableCouldHoldAreNamed) {
  WriteClasses("data", 8);
  WritePicture("data/new\nline/0.png", 20, 1);
  ExpectRefused({"data"}, 3, "class \"new\\nline\" holds a control character; rename it");
  std::filesystem::remove_all(Path("data/new\nline"));
  WritePicture("data/\xff/0.png", 20, 1);
  ExpectRefused({"data"}, 3, "is not UTF-8; rename it");
}

TEST_F(NewTest, AFolderThatNoExperimentCanNameIsRefused) {
  WriteClasses("data\xff", 8);
  const MicaResult made = New({"data\xff", "--output=data.textproto"});
  EXPECT_EQ(made.exit_code, 3) << made;
  EXPECT_THAT(made.err, HasSubstr("data\\xff\": is not UTF-8, so no experiment can name it; rename it"));
}

TEST_F(NewTest, AVariableInAPathIsRefused) {
  WriteClasses("data${HOME}", 8);
  const MicaResult made = New({"data${HOME}x"});
  EXPECT_NE(made.exit_code, 0) << made;
  WriteClasses("a/data", 8);
  std::filesystem::rename(Path("a"), Path("b${x"));
  const MicaResult open = New({"b${x/data"});
  EXPECT_EQ(open.exit_code, 3) << open;
  EXPECT_THAT(open.err, HasSubstr("holds \"${\""));
}

TEST_F(NewTest, ManyFilesTakeSeconds) {
  WriteClasses("data", 2);
  for (int i = 0; i < 30000; ++i) {
    const std::string name = absl::StrCat("data/", i % 2 == 0 ? "dark/" : "light/", "copy", i, ".png");
    std::filesystem::create_hard_link(Path("data/dark/0.png"), Path(name));
  }
  const auto start = std::chrono::steady_clock::now();
  const MicaResult made = New({"data"});
  ASSERT_EQ(made.exit_code, 0) << made;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  const auto text = ReadFile(Path("data.textproto"));
  ASSERT_THAT(text, IsOk());
  EXPECT_THAT(*text, AllOf(testing::ContainsRegex("Only[ #\n]+2000[ #\n]+pictures"), HasSubstr("on_bad_sample: DROP")));
}

}  // namespace
}  // namespace mica
