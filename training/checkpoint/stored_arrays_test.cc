#include "training/checkpoint/stored_arrays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/testing/status_matchers.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::string WriteTestFile(const std::string& name, const std::string& bytes) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  return path;
}

TEST(StoredArraysTest, ArraysLookAtTheBytesThatTheyCarry) {
  const std::string path = WriteTestFile("good.safetensors", EncodeSafetensors({{"a", "U8", {3}, "abc"}}, {}));
  StoredArrays moved;
  {
    auto stored = ReadWeightsFile(path);
    ASSERT_THAT(stored, IsOk());
    moved = *std::move(stored);
  }
  EXPECT_EQ(moved.path, path);
  ASSERT_THAT(moved.arrays, SizeIs(1));
  EXPECT_EQ(moved.arrays[0].bytes, "abc");
}

TEST(StoredArraysTest, K1AMissingFileIsNamed) {
  EXPECT_THAT(
      ReadWeightsFile("/nowhere/x.safetensors"),
      Fails(ExitCode::kCheckpoint, StartsWith("/nowhere/x.safetensors: cannot open: No such file or directory: there is no \"/nowhere\"")));
}

TEST(StoredArraysTest, K2EmptyTextAndCutFilesAreNamed) {
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("empty", "")), Fails(ExitCode::kCheckpoint, HasSubstr("empty: 0 bytes")));
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("text", "Entry not found")),
              Fails(ExitCode::kCheckpoint,
                    HasSubstr("text: is text that begins with \"Entry not found\", expected a file of safetensors or of torch.save; "
                              "check the address and download the file again")));
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("bytes", "\x12\x34\x56\x78\x9a\xbc\xde\xf0")),
              Fails(ExitCode::kCheckpoint, HasSubstr("is it a safetensors file?")));
}

TEST(StoredArraysTest, AFolderIsToldAndTheFileInItNamed) {
  const std::string folder = testing::TempDir() + "step-000000018";
  std::filesystem::create_directories(folder);
  EXPECT_THAT(ReadWeightsFile(folder), Fails(ExitCode::kCheckpoint, folder + ": is a folder, expected a file of weights"));
  WriteTestFile("step-000000018/model.safetensors", "");
  EXPECT_THAT(ReadWeightsFile(folder), Fails(ExitCode::kCheckpoint, HasSubstr("name the one in it: " + folder + "/model.safetensors")));
}

TEST(StoredArraysTest, FilesOfOtherFrameworksAreToldWithTheRemedy) {
  for (const auto& [bytes, name] : {std::pair("PK\x03\x04..........................resnet18/data.pkl", "zip archive"),
                                    std::pair("\x80\x02}q", "Python pickle"), std::pair("\x89HDF\r\n\x1a\n", "HDF5")}) {
    EXPECT_THAT(ReadWeightsFile(WriteTestFile("model.pth", bytes)),
                Fails(ExitCode::kCheckpoint, AllOf(HasSubstr(name), HasSubstr("convert it to safetensors"))));
  }
}

TEST(StoredArraysTest, WhatADownloadBroughtInsteadIsToldWithTheRemedy) {
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 44780\n")),
              Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("pointer: is a Git LFS pointer"), HasSubstr("git lfs pull"))));
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("page", "<!DOCTYPE html><html>")),
              Fails(ExitCode::kCheckpoint, AllOf(HasSubstr("page: is a web page"), HasSubstr("download the file itself"))));
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("answer", "{\"error\":\"Invalid token\"}")),
              Fails(ExitCode::kCheckpoint, HasSubstr("answer: is JSON text that begins with ")));
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("zeros", std::string(600, '\0'))),
              Fails(ExitCode::kCheckpoint, HasSubstr("zeros: begins with nothing but zeros")));
}

// A sparse file of 1 TiB: reading all of it would take minutes and all memory.
TEST(StoredArraysTest, TheStartOfAFileIsJudgedBeforeTheRestIsRead) {
  const std::string path = WriteTestFile("huge.pth", "PK\x03\x04..........................resnet18/data.pkl");
  std::filesystem::resize_file(path, int64_t{1} << 40);
  EXPECT_THAT(ReadWeightsFile(path), Fails(ExitCode::kCheckpoint, HasSubstr("is a zip archive of a PyTorch model")));
  std::filesystem::remove(path);
}

TEST(StoredArraysTest, ADamagedFileWhoseHeaderLengthLooksLikeAPickleIsStillSafetensors) {
  const std::string header_length("\x80\x02\0\0\0\0\0\0", 8);  // 640
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("cut.safetensors", header_length + "{")),
              Fails(ExitCode::kCheckpoint, HasSubstr("cut: the header has 640 bytes, the file only 1")));
}

}  // namespace
}  // namespace mica
