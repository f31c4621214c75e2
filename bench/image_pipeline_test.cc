// The whole benchmark, with a script in place of torchvision and DALI; and the program that does
// mica's part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_split.h"
#include "base/child_process.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

std::string Runfiles() {
  return std::filesystem::current_path().string();
}

absl::StatusOr<ChildResult> Work(std::vector<std::string> words) {
  words.insert(words.begin(), Runfiles() + "/bench/image_pipeline_work");
  return RunChild({words, Runfiles()});
}

std::string Python(const std::string& name, const std::string& answer) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path) << "#!/bin/sh\ncase \"$*\" in\n*--compare*) echo max_difference=0;;\n" << answer << "esac\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

TEST(ImagePipelineTest, ComparesMicaWithItsPeersAndShowsItsStages) {
  const std::string python = Python("fake_python", "*v2*) echo seconds=2000 count=512;;\n*) echo seconds=1000 count=512;;\n");
  const std::string csv = testing::TempDir() + "image_pipeline.csv";
  const auto result =
      RunChild({{Runfiles() + "/bench/image_pipeline", "--quick", "--rows=B3',B16", "--python=" + python, "--csv=" + csv}, Runfiles()});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->out, HasSubstr("mica's and Pillow's: max_difference=0"));
  EXPECT_THAT(result->out, HasSubstr("\ndecode the crop  "));
  EXPECT_THAT(result->out, HasSubstr("\nbatch  prefetch_batches  "));

  const std::string one = "\"512 JPEG files: crop, resize, flip, normalise; 1 core\",";
  const std::vector<std::string> lines = absl::StrSplit(*ReadFile(csv), '\n', absl::SkipEmpty());
  EXPECT_THAT(lines, ElementsAre(StartsWith("row,"), StartsWith("B3'," + one + "\"ImageFolder, PIL\",1000,"),
                                 StartsWith("B3'," + one + "\"decode_jpeg, transforms v2\",2000,"),
                                 StartsWith("B3'," + one + "\"DALI, decodes the crop\",1000,"),
                                 StartsWith("B3'," + one + "\"libjpeg alone, the same crops\","),
                                 StartsWith("B16,RandAugment of 512 pictures of 224x224; 1 core,\"transforms v2, PIL\",1000,"),
                                 StartsWith("B16,RandAugment of 512 pictures of 224x224; 1 core,\"transforms v2, tensors\",1000,")));
}

TEST(ImagePipelineTest, APeerThatPreparesOtherPicturesIsNotCompared) {
  const std::string python = Python("lying_python", "*) echo seconds=1 count=511;;\n");
  const auto result = RunChild({{Runfiles() + "/bench/image_pipeline", "--quick", "--rows=B16", "--python=" + python}, Runfiles()});
  EXPECT_THAT(result.status().message(), HasSubstr("a program prepared 511 pictures of 512"));
}

TEST(ImagePipelineWorkTest, EveryKindOfWorkCountsThePictures) {
  const std::string tree = MakeTestFolder("image_pipeline_work") + "/tree";
  ASSERT_THAT(Work({"tree", tree, "80"}), IsOk());
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"load", tree, "2", "32", "2"}, {"load", tree, "1", "32", "2"}, {"limit", tree}, {"rand_augment", tree}}) {
    const auto result = Work(words);
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(result->out, MatchesRegex("(.*\n)?seconds=[0-9.e-]+ count=80\n")) << words[0];
  }
  const auto waited = Work({"wait", tree, "8", "2"});
  ASSERT_THAT(waited, IsOk());
  EXPECT_THAT(waited->out, MatchesRegex("seconds=[0-9.e-]+ count=8\n"));
}

TEST(ImagePipelineWorkTest, WritesTheFirstCropsWithTheirPlaces) {
  const std::string tree = MakeTestFolder("image_pipeline_crops") + "/tree";
  ASSERT_THAT(Work({"tree", tree, "40"}), IsOk());
  const std::string file = tree + "/../crops";
  ASSERT_THAT(Work({"crops", tree, file}), IsOk());
  const std::string crops = *ReadFile(file);
  EXPECT_THAT(crops.substr(0, crops.find('\n')), MatchesRegex(tree + "/class_00/000000.jpg [0-9]+ [0-9]+ [0-9]+ [0-9]+ [01]"));
  EXPECT_GT(crops.size(), 40u * 224 * 224 * 3);
}

}  // namespace
}  // namespace mica
