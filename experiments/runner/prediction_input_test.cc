#include "experiments/runner/prediction_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/decode/picture_encoder.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PredictionInputTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  void Write(absl::string_view name, absl::string_view bytes) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    WriteTestFile(Path(name), bytes);
  }

  void WritePicture(absl::string_view name) const {
    Picture picture;
    picture.Reshape(4, 5, 3);
    Write(name, EncodePng(picture));
  }

  static std::vector<std::string> RelativePaths(const PredictionInput& input) {
    std::vector<std::string> paths;
    for (const SubmittedPicture& picture : input.pictures) paths.push_back(picture.relative);
    return paths;
  }

  const std::string folder_ = MakeTestFolder("prediction_input");
};

TEST_F(PredictionInputTest, WhatCannotBeReadKeepsItsPositionAndIsNoSample) {
  for (const char* name : {"t/0.png", "t/2.png", "t/b/4.png"}) WritePicture(name);
  Write("t/1.png", "<!doctype html><title>404</title>");
  Write("t/3.png", "");
  const auto input = NamedInput({Path("t"), Path("t/5.png")}, {"cat", "dog"}, DecodeConfig());
  ASSERT_THAT(input, IsOk());
  EXPECT_THAT(RelativePaths(*input), ElementsAre("0.png", "1.png", "2.png", "3.png", "b/4.png", "5.png"));
  EXPECT_THAT(input->records, ElementsAre(0, -1, 1, -1, 2, -1));
  for (size_t i = 0; i < input->pictures.size(); ++i) EXPECT_EQ(input->pictures[i].position, i);
  ASSERT_THAT(input->index.records, SizeIs(3));
  EXPECT_EQ(input->index.PathOf(input->index.records[2]), Path("t/b/4.png"));
  EXPECT_EQ(input->index.records[2].id, 2);
  EXPECT_THAT(input->index.classes.names(), ElementsAre("cat", "dog"));
  EXPECT_THAT(input->problems,
              ElementsAre(AllOf(HasSubstr("t/1.png: "), HasSubstr("is a web page")), AllOf(HasSubstr("t/3.png: "), HasSubstr("0 bytes")),
                          AllOf(HasSubstr("t/5.png: No such file or directory"), HasSubstr("did you mean"))));
}

TEST_F(PredictionInputTest, WhatTheRunRejectsCannotBeReadAndTheCommonSizeIsKnown) {
  WritePicture("rgb.png");
  Picture grey;
  grey.Reshape(4, 9, 1);
  Write("grey.png", EncodePng(grey));
  const auto all = NamedInput({Path("rgb.png"), Path("grey.png")}, {"a", "b"}, DecodeConfig());
  ASSERT_THAT(all, IsOk());
  EXPECT_EQ(all->index.common_size, std::nullopt);
  DecodeConfig decode;
  decode.add_reject(DecodeConfig::GREY_ONLY);
  const auto colour = NamedInput({Path("rgb.png"), Path("grey.png")}, {"a", "b"}, decode);
  ASSERT_THAT(colour, IsOk());
  EXPECT_THAT(colour->records, ElementsAre(0, -1));
  EXPECT_THAT(colour->problems, ElementsAre(HasSubstr("grey.png: ")));
  ASSERT_TRUE(colour->index.common_size.has_value());
  EXPECT_EQ(colour->index.common_size->width_px, 5);
  EXPECT_EQ(colour->index.common_size->height_px, 4);
}

TEST_F(PredictionInputTest, NothingUsableIsAnErrorWithEveryReason) {
  Write("t/1.png", "");
  Write("u/notes.txt", "x");
  EXPECT_THAT(NamedInput({Path("t"), Path("u")}, {"a", "b"}, DecodeConfig()),
              Fails(ExitCode::kData, AllOf(HasSubstr("t/1.png: "), HasSubstr("u: no pictures; it holds files "),
                                           HasSubstr("none of the pictures can be used, so there is nothing to predict"))));
}

Checkpoint CheckpointOf(const std::vector<std::string>& classes) {
  Checkpoint checkpoint;
  checkpoint.name = "step-000000001";
  checkpoint.files[kModelFile].path = "/r/checkpoints/step-000000001/model.safetensors";
  for (const std::string& name : classes) checkpoint.manifest.add_class_names(name);
  return checkpoint;
}

DatasetIndex PackedIndex() {
  DatasetIndex index;
  index.classes = ClassMap({"a", "b"});
  SampleFile& raw = index.files.emplace_back();
  raw.path = "/d/t10k-images";
  raw.raw = ImageShape{1, 2, 2};
  SampleFile& shard = index.files.emplace_back();
  shard.path = "/d/0.tar";
  shard.members = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"x/0.png", "x/1.png"});
  for (int i = 0; i < 4; ++i) {
    ImageRecord& record = index.records.emplace_back();
    record.id = i;
    record.file = i / 2;
    record.position = i % 2;
    record.length = 4;
    record.split = i == 0 ? Split::kTrain : Split::kTest;
  }
  return index;
}

TEST_F(PredictionInputTest, ASplitHasItsSamplesInTheOrderOfTheirIds) {
  const Checkpoint checkpoint = CheckpointOf({"a", "b"});
  const auto input = SplitInput(PackedIndex(), Split::kTest, &checkpoint);
  ASSERT_THAT(input, IsOk());
  EXPECT_THAT(input->records, ElementsAre(1, 2, 3));
  EXPECT_THAT(RelativePaths(*input), ElementsAre("t10k-images#1", "x/0.png", "x/1.png"));
  EXPECT_EQ(input->pictures[0].position, 0);
  EXPECT_THAT(input->problems, IsEmpty());
}

TEST_F(PredictionInputTest, ASplitMustExistAndHaveTheModelsClasses) {
  const Checkpoint checkpoint = CheckpointOf({"a", "b"});
  EXPECT_THAT(SplitInput(PackedIndex(), Split::kUnlabelled, &checkpoint),
              Fails(ExitCode::kFlag, HasSubstr("--split=unlabelled: the data has no such samples; it has train, test")));
  const Checkpoint other = CheckpointOf({"a", "c"});
  EXPECT_THAT(SplitInput(PackedIndex(), Split::kTest, &other), Fails(ExitCode::kCheckpoint, HasSubstr("class 1")));
}

TEST_F(PredictionInputTest, ChosenSamplesAreAllThereIs) {
  const Checkpoint checkpoint = CheckpointOf({"a", "b"});
  DatasetIndex index = PackedIndex();
  index.records[3].label = 1;
  const auto input = SamplesInput(index, {3, 0}, &checkpoint);
  ASSERT_THAT(input, IsOk());
  EXPECT_THAT(input->index.RecordsOf(input->split), ElementsAre(0, 1));
  EXPECT_EQ(input->index.PathOf(input->index.records[0]), "/d/0.tar#x/1.png");
  EXPECT_EQ(input->index.records[0].label, 1);
  EXPECT_EQ(input->index.PathOf(input->index.records[1]), "/d/t10k-images#0");
  EXPECT_THAT(RelativePaths(*input), ElementsAre("x/1.png", "t10k-images#0"));
  EXPECT_THAT(input->records, ElementsAre(0, 1));
}

TEST_F(PredictionInputTest, ChosenSamplesMustExist) {
  const Checkpoint checkpoint = CheckpointOf({"a", "b"}), other = CheckpointOf({"a", "c"});
  EXPECT_THAT(SamplesInput(PackedIndex(), {3, 4, -1, 3}, &checkpoint),
              Fails(ExitCode::kFlag,
                    "--samples: there is no sample 4; the data has 0 to 3\n"
                    "--samples: there is no sample -1; the data has 0 to 3\n--samples: 3 is given twice"));
  EXPECT_THAT(SamplesInput(PackedIndex(), {0}, &other), Fails(ExitCode::kCheckpoint, HasSubstr("class 1")));
}

}  // namespace
}  // namespace mica
