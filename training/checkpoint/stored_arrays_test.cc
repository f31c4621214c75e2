#include "training/checkpoint/stored_arrays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_builder.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::ElementsAre;
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

TEST(StoredArraysTest, AFileThatIsCutWhileItsValuesAreUsedIsTold) {
  const std::string path = WriteTestFile("cut.safetensors", EncodeSafetensors({{"a", "U8", {100000}, std::string(100000, 'x')}}, {}));
  const auto stored = ReadWeightsFile(path);
  ASSERT_THAT(stored, IsOk());
  EXPECT_THAT(stored->CheckIntact(), IsOk());
  std::filesystem::resize_file(path, 5000);
  EXPECT_EQ(stored->arrays[0].bytes.back(), '\0');
  EXPECT_THAT(stored->CheckIntact(), Fails(ExitCode::kCheckpoint, HasSubstr("cut.safetensors: shrank from")));
}

TEST(StoredArraysTest, K1AMissingFileIsNamed) {
  EXPECT_THAT(
      ReadWeightsFile("/nowhere/x.safetensors"),
      Fails(ExitCode::kCheckpoint, StartsWith("/nowhere/x.safetensors: cannot open: No such file or directory: there is no \"/nowhere\"")));
}

TEST(StoredArraysTest, K2EmptyTextAndCutFilesAreNamed) {
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("empty", "")), Fails(ExitCode::kCheckpoint, HasSubstr("empty: 0 bytes: nothing is in it")));
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

// Two sections of a tensor of two floats each, one of them transposed in its storage.
std::string TorchCheckpoint() {
  const std::string dictionary = PickleBuilder()
                                     .Op("}(")
                                     .Text("model")
                                     .Op("}")
                                     .Text("fc.bias")
                                     .Tensor("FloatStorage", "0", 4, 2, {2}, {1})
                                     .Op("s")
                                     .Text("ema")
                                     .Op("}")
                                     .Text("fc.bias")
                                     .Tensor("FloatStorage", "0", 4, 0, {2}, {2})
                                     .Op("su")
                                     .Done();
  return TorchZip(dictionary, {{"0", "aaaabbbbccccdddd"}});
}

TEST(StoredArraysTest, K8FilesOfTorchSaveAreReadWhateverTheirName) {
  const std::string path = WriteTestFile("best.weights", TorchCheckpoint());
  const auto stored = ReadWeightsFile(path);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->path, path);
  EXPECT_EQ(stored->bytes, TorchCheckpoint());
  ASSERT_THAT(stored->arrays, SizeIs(1));
  EXPECT_EQ(stored->arrays[0].name, "fc.bias");
  EXPECT_EQ(stored->arrays[0].dtype, "F32");
  EXPECT_EQ(stored->arrays[0].bytes, "ccccdddd");
  EXPECT_EQ(stored->section, "model");
  EXPECT_THAT(stored->other_sections, ElementsAre("ema"));
}

TEST(StoredArraysTest, ASectionOfACheckpointMayBeAskedFor) {
  const std::string path = WriteTestFile("sections.pth", TorchCheckpoint());
  StoredArrays moved;
  {
    auto stored = ReadWeightsFile(path, "ema");
    ASSERT_THAT(stored, IsOk());
    moved = *std::move(stored);
  }
  EXPECT_EQ(moved.arrays[0].bytes, "aaaacccc") << "a copy that the arrays carry";
  EXPECT_THAT(ReadWeightsFile(path, "teacher"),
              Fails(ExitCode::kCheckpoint, AllOf(StartsWith(path + ": "), HasSubstr("no section \"teacher\""))));
  const std::string safetensors = WriteTestFile("plain.safetensors", EncodeSafetensors({{"a", "U8", {3}, "abc"}}, {}));
  EXPECT_THAT(ReadWeightsFile(safetensors, "ema"), Fails(ExitCode::kCheckpoint, HasSubstr("a safetensors file, which has no sections")));
}

TEST(StoredArraysTest, K9FilesOfOldVersionsOfTorchSaveAreRead) {
  const std::string dictionary = PickleBuilder().Op("}").Text("a").Tensor("ByteStorage", "7", 3, 0, {3}, {1}).Op("s").Done();
  const auto stored = ReadWeightsFile(WriteTestFile("old.pth", TorchStream(dictionary, {{"7", "abc"}}, 1)));
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->arrays[0].bytes, "abc");
}

TEST(StoredArraysTest, K10AHostileFileIsRefused) {
  const std::string hostile = PickleBuilder().Global("posix", "system").Text("true").Op("\x85R").Done();
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("hostile.pth", TorchZip(hostile, {}))),
              Fails(ExitCode::kCheckpoint, HasSubstr("hostile.pth: refused: pickle asks for posix.system")));
}

TEST(StoredArraysTest, FilesOfOtherFrameworksAreToldWithTheRemedy) {
  for (const auto& [bytes, name] : {std::pair("PK\x03\x04..........................fc.weight.npy", "NumPy arrays (.npz)"),
                                    std::pair("\x08\x07\x12\x07pytorch", "ONNX"), std::pair("\x89HDF\r\n\x1a\n", "HDF5")}) {
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
  const std::string path = WriteTestFile("huge.npz", "PK\x03\x04..........................fc.weight.npy");
  std::filesystem::resize_file(path, int64_t{1} << 40);
  EXPECT_THAT(ReadWeightsFile(path), Fails(ExitCode::kCheckpoint, HasSubstr("is a zip archive of NumPy arrays")));
  std::filesystem::remove(path);
}

TEST(StoredArraysTest, ADamagedFileWhoseHeaderLengthLooksLikeAPickleIsStillSafetensors) {
  const std::string header_length("\x80\x02\0\0\0\0\0\0", 8);  // 640
  EXPECT_THAT(ReadWeightsFile(WriteTestFile("cut.safetensors", header_length + "{")),
              Fails(ExitCode::kCheckpoint, HasSubstr("cut: the header has 640 bytes, the file only 1")));
}

}  // namespace
}  // namespace mica
