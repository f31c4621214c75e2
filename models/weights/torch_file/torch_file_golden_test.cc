// Files that PyTorch wrote, compared with what PyTorch reads from them
// (testdata/make_torch_files.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_reader.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::string ReadTestdata(const std::string& name) {
  std::ifstream file("models/weights/torch_file/testdata/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// As a line of testdata/expected.txt, but for the name of the file.
std::string LineOf(const ArrayView& array) {
  return absl::StrCat(array.name, " ", array.dtype, " [", absl::StrJoin(array.shape, ","), "] ", absl::BytesToHexString(array.bytes));
}

// What PyTorch reads from each file of testdata/, in order.
std::map<std::string, std::vector<std::string>> ExpectedLines() {
  std::map<std::string, std::vector<std::string>> expected;
  for (const absl::string_view line : absl::StrSplit(ReadTestdata("expected.txt"), '\n', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    expected[parts.first].push_back(parts.second);
  }
  return expected;
}

TEST(TorchFileGoldenTest, EveryFileOfTestdataIsReadAsPyTorchReadsIt) {
  const auto expected = ExpectedLines();
  EXPECT_THAT(expected, SizeIs(12));
  for (const auto& [name, lines] : expected) {
    const std::string bytes = ReadTestdata(name);
    const auto file = DecodeTorchFile(bytes, name, "");
    ASSERT_THAT(file, IsOk());
    std::vector<std::string> found;
    for (const ArrayView& array : file->arrays) found.push_back(LineOf(array));
    EXPECT_EQ(found, lines) << name;
  }
}

TEST(TorchFileGoldenTest, ContiguousTensorsPointIntoTheFile) {
  const std::string bytes = ReadTestdata("strides_zip.pth");
  const auto file = DecodeTorchFile(bytes, "x", "");
  ASSERT_THAT(file, IsOk());
  std::vector<std::string> copied;
  for (const ArrayView& array : file->arrays) {
    const bool is_inside = array.bytes.data() >= bytes.data() && array.bytes.data() < bytes.data() + bytes.size();
    if (!is_inside && !array.bytes.empty()) copied.push_back(array.name);
  }
  EXPECT_THAT(copied, ElementsAre("transposed", "channels_last", "expanded", "every_other"));
}

TEST(TorchFileGoldenTest, TheWeightsOfACheckpointAreFoundAndOthersNamed) {
  for (const std::string name : {"checkpoint_zip.pth", "checkpoint_stream.pth"}) {
    const std::string bytes = ReadTestdata(name);
    const auto file = DecodeTorchFile(bytes, name, "");
    ASSERT_THAT(file, IsOk());
    EXPECT_EQ(file->section, "state_dict");
    EXPECT_THAT(file->other_sections, ElementsAre("ema.module"));
    const auto ema = DecodeTorchFile(bytes, name, "ema");
    ASSERT_THAT(ema, IsOk());
    ASSERT_THAT(ema->arrays, SizeIs(1));
    EXPECT_EQ(LineOf(ema->arrays[0]), "fc.bias F32 [3] 0000803f0000004000004040");
    EXPECT_THAT(DecodeTorchFile(bytes, name, "emma"),
                Fails(ExitCode::kCheckpoint,
                      HasSubstr("there is no section \"emma\" that holds tensors; there are \"ema.module\", \"state_dict\"")));
  }
}

TEST(TorchFileGoldenTest, K8WhatIsNotReadIsToldWithTheWayOut) {
  for (const auto& [name, message] : {
           std::pair("module_zip.pth", "a pickled Module (__main__.Net); save model.state_dict()"),
           std::pair("module_stream.pth", "a pickled Module (__main__.Plain); save model.state_dict()"),
           std::pair("script.pt", "a TorchScript archive"),
           std::pair("sparse.pth",
                     "tensor \"fc.weight\": a sparse tensor (torch._utils._rebuild_sparse_tensor) is not read; save it as .to_dense()"),
           std::pair("quantised.pth", "tensor \"fc.weight\": a quantised tensor (torch._utils._rebuild_qtensor) is not read"),
           std::pair("nested.pth", "tensor \"fc.weight\": a nested tensor (torch._utils._rebuild_nested_tensor) is not read"),
           std::pair("complex.pth", "tensor \"fc.weight\": values of torch.ComplexFloatStorage are not read"),
       }) {
    const std::string bytes = ReadTestdata(name);
    EXPECT_THAT(DecodeTorchFile(bytes, name, ""), Fails(ExitCode::kCheckpoint, StartsWith(absl::StrCat(name, ": ", message))));
  }
}

TEST(TorchFileGoldenTest, K3AFlippedBitInAZipFileIsSeen) {
  std::string bytes = ReadTestdata("state_dict_zip.pth");
  const auto before = DecodeTorchFile(bytes, "x", "");
  ASSERT_THAT(before, IsOk());
  bytes[before->arrays[0].bytes.data() - bytes.data()] ^= 1;
  EXPECT_THAT(DecodeTorchFile(bytes, "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("the checksum of \"state_dict_zip/data/0\" is ")));
}

TEST(TorchFileGoldenTest, DamagedTarFilesAreRefused) {
  const std::string whole = ReadTestdata("strides_tar.pth");
  EXPECT_TRUE(BeginsTorchFile(whole.substr(0, 512)));
  std::string renamed = whole;
  renamed.replace(renamed.find("tensors"), 7, "sensors");
  EXPECT_THAT(DecodeTorchFile(renamed, "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("the header's checksum is wrong")));
  EXPECT_THAT(DecodeTorchFile(whole.substr(0, 1024), "x", ""), Fails(ExitCode::kCheckpoint, StartsWith("x: ")));
}

}  // namespace
}  // namespace mica
