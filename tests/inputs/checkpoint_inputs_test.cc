// What the binary says of bad checkpoints and weight files: exit code 4, the file, and the
// essential words. All files are made from the checkpoint of a real run. The names of the tests
// carry the ids of docs/faults.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/fingerprint.h"
#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"
#include "training/checkpoint/safetensors.h"
#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr char kCheckpoint[] = "checkpoints/step-000000018";
constexpr char kLfsPointer[] = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 44780\n";

// A run with three checkpoints, 6, 12 and 18. It reports the last.
// Start() writes the name of the file there.
constexpr char kAtWeightsFile[] = "error: --set:1:37: ";

class CheckpointInputsTest : public testing::Test {
 protected:
  void SetUp() override {
    const MicaResult result = RunMica({{"train", "x.textproto", "--run_name=a", "--set=checkpoint { keep_all: true }"}, tiny_.folder()});
    ASSERT_EQ(result.exit_code, 0) << result;
  }

  std::string InCheckpoint(const std::string& file) const { return tiny_.RunPath("a", absl::StrCat(kCheckpoint, "/", file)); }

  MicaResult Evaluate() const { return RunMica({{"evaluate", "runs/tiny/a"}, tiny_.folder()}); }

  void ExpectRefused(const MicaResult& result, const testing::Matcher<const std::string&>& message) const {
    EXPECT_EQ(result.exit_code, 4) << result;
    EXPECT_THAT(result.err, message);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(tiny_.RunPath("a", "evaluations")));
  }

  // Changes the manifest and corrects its checksum.
  void ChangeManifest(const std::string& from, const std::string& to) const {
    const std::string path = InCheckpoint("manifest.textproto");
    const std::string text = ReadTestFile(path);
    const std::string above = absl::StrReplaceAll(text.substr(0, text.rfind("# xxh3 ")), {{from, to}});
    ASSERT_NE(above, text.substr(0, text.rfind("# xxh3 "))) << from;
    WriteTestFile(path, absl::StrCat(above, "# xxh3 ", FormatFingerprint(Fingerprint(above)), "\n"));
  }

  // Writes the run's weights with one change, as w.safetensors.
  void WriteWeights(const std::function<void(std::vector<ArrayView>*)>& change) {
    weights_ = DecodeForTest(ReadTestFile(InCheckpoint("model.safetensors")));
    std::vector<ArrayView> arrays;
    for (const auto& [name, array] : weights_.arrays) arrays.push_back({name, array.dtype, array.shape, array.bytes});
    change(&arrays);
    WriteTestFile(tiny_.Path("w.safetensors"), EncodeSafetensors(arrays, {}));
  }

  // Trains run b from a weights file; `more` are further fields of initial_weights.
  MicaResult Start(const std::string& file = "w.safetensors", const std::string& more = "", const std::string& model = "linear {}") const {
    return RunMica({{"train", "x.textproto", "--run_name=b",
                     absl::StrCat("--set=model { ", model, " initial_weights { weights_file: '", file, "' ", more, " } }")},
                    tiny_.folder()});
  }

  const TinyExperiment tiny_{absl::StrCat("checkpoint_", testing::UnitTest::GetInstance()->current_test_info()->name())};
  DecodedSafetensors weights_;
};

TEST_F(CheckpointInputsTest, K1MissingFolder) {
  std::filesystem::remove_all(tiny_.RunPath("a", kCheckpoint));
  ExpectRefused(Evaluate(), AllOf(StartsWith("error: " + tiny_.RunPath("a", kCheckpoint) + ": no such checkpoint"),
                                  HasSubstr("complete checkpoints: step-000000012, step-000000006")));
}

TEST_F(CheckpointInputsTest, K1MissingFile) {
  std::filesystem::remove(InCheckpoint("model.safetensors"));
  ExpectRefused(Evaluate(), StartsWith("error: " + InCheckpoint("model.safetensors") + ": cannot open: No such file"));
}

TEST_F(CheckpointInputsTest, K1UnknownName) {
  const MicaResult result = RunMica({{"evaluate", "runs/tiny/a", "--checkpoint=newest"}, tiny_.folder()});
  ExpectRefused(result, HasSubstr("\"newest\" names no checkpoint; expected best, latest or a step"));
}

TEST_F(CheckpointInputsTest, K2Cut) {
  const std::string path = InCheckpoint("model.safetensors");
  const size_t size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, 1200);
  ExpectRefused(Evaluate(), StartsWith(absl::StrCat("error: ", path, ": 1200 of ", size, " bytes")));
}

TEST_F(CheckpointInputsTest, K2AGitLfsPointer) {
  const std::string path = InCheckpoint("model.safetensors");
  const size_t size = std::filesystem::file_size(path);
  WriteTestFile(path, kLfsPointer);
  ExpectRefused(Evaluate(),
                StartsWith(absl::StrCat("error: ", path, ": ", sizeof(kLfsPointer) - 1, " of ", size, " bytes; it is a Git LFS pointer")));
}

TEST_F(CheckpointInputsTest, K2Empty) {
  for (const char* const name : {"model.safetensors", "manifest.textproto"}) {
    WriteTestFile(InCheckpoint(name), "");
    ExpectRefused(Evaluate(), StartsWith("error: " + InCheckpoint(name) + ": "));
  }
}

TEST_F(CheckpointInputsTest, K3FlippedBit) {
  const std::string path = InCheckpoint("model.safetensors");
  std::string bytes = ReadTestFile(path);
  const std::string expected = FormatFingerprint(Fingerprint(bytes));
  bytes[bytes.size() - 3] ^= 4;
  WriteTestFile(path, bytes);
  ExpectRefused(Evaluate(), StartsWith(absl::StrCat("error: ", path, ": checksum differs (xxh3 ", FormatFingerprint(Fingerprint(bytes)),
                                                    " expected ", expected, ")")));
}

TEST_F(CheckpointInputsTest, F20ZeroFilled) {
  for (const char* const name : {"model.safetensors", "manifest.textproto"}) {
    const std::string path = InCheckpoint(name), bytes = ReadTestFile(path);
    WriteTestFile(path, std::string(bytes.size(), '\0'));
    ExpectRefused(Evaluate(), StartsWith("error: " + path + ": "));
    WriteTestFile(path, bytes);
  }
}

TEST_F(CheckpointInputsTest, F21AllBad) {
  for (const int step : {6, 12, 18}) {
    std::filesystem::resize_file(tiny_.RunPath("a", absl::StrFormat("checkpoints/step-%09d/model.safetensors", step)), 100 + step);
  }
  const MicaResult result = RunMica({{"evaluate", "runs/tiny/a", "--checkpoint=latest"}, tiny_.folder()});
  ExpectRefused(result,
                AllOf(HasSubstr("step-000000018/model.safetensors: 118 of "), HasSubstr("step-000000012/model.safetensors: 112 of "),
                      HasSubstr("step-000000006/model.safetensors: 106 of "), HasSubstr("no checkpoint is complete")));
}

TEST_F(CheckpointInputsTest, F22NewerFormat) {
  ChangeManifest("format_version: 2", "format_version: 3\nfrom_the_future { x: 1 }");
  ExpectRefused(Evaluate(), HasSubstr("format_version is 3, this mica reads 1 to 2"));
}

TEST_F(CheckpointInputsTest, F22OtherModel) {
  const MicaResult other =
      RunMica({{"train", "x.textproto", "--run_name=b", "--set=model { linear { hidden_units: 12 } }"}, tiny_.folder()});
  ASSERT_EQ(other.exit_code, 0) << other;
  std::filesystem::remove_all(tiny_.RunPath("a", kCheckpoint));
  std::filesystem::rename(tiny_.RunPath("b", kCheckpoint), tiny_.RunPath("a", kCheckpoint));
  ExpectRefused(Evaluate(), AllOf(HasSubstr("was saved by another experiment"), HasSubstr("is [12,64] in the file, [10,64] in the model")));
}

TEST_F(CheckpointInputsTest, F22OtherClasses) {
  ChangeManifest("class_names: \"1\"", "class_names: \"one\"");
  ExpectRefused(Evaluate(), HasSubstr("class 1 is \"one\" there, \"1\" here"));
}

TEST_F(CheckpointInputsTest, NamesThatLeaveTheFolder) {
  ChangeManifest("name: \"model.safetensors\"", "name: \"../step-000000012/model.safetensors\"");
  ExpectRefused(Evaluate(), HasSubstr("only plain names are allowed"));
}

TEST_F(CheckpointInputsTest, K4OtherShape) {
  WriteWeights([](std::vector<ArrayView>*) {});
  ExpectRefused(Start("w.safetensors", "", "linear { hidden_units: 12 }"),
                AllOf(HasSubstr(": " + tiny_.Path("w.safetensors") + ": "), HasSubstr(" is [10,64] in the file, [12,64] in the model"),
                      HasSubstr("model.initial_weights.reinitialise")));
  EXPECT_FALSE(std::filesystem::exists(tiny_.RunPath("b", ""))) << "refused before a run folder is made";
}

TEST_F(CheckpointInputsTest, K5OtherType) {
  const std::string zeros(10 * 64 * 8, '\0');
  WriteWeights([&](std::vector<ArrayView>* arrays) {
    for (ArrayView& array : *arrays) {
      if (array.shape == std::vector<int64_t>{10, 64}) array = {array.name, "F64", array.shape, zeros};
    }
  });
  ExpectRefused(Start(), HasSubstr(" is F64 in the file, F32 in the model"));
}

TEST_F(CheckpointInputsTest, K6MissingAndSurplusNames) {
  std::string slipped;
  WriteWeights([&](std::vector<ArrayView>* arrays) {
    slipped = arrays->back().name;
    arrays->back().name += "s";
    arrays->push_back({"aux.weight", "F32", {1}, "1234"});
  });
  ExpectRefused(Start(),
                AllOf(HasSubstr("lacks 1 tensor of the model: " + slipped), HasSubstr("holds 2 tensors that the model lacks: "),
                      HasSubstr("\"" + slipped + "s\" in the file is near " + slipped), HasSubstr("model.initial_weights.allow_unexpected")));
}

TEST_F(CheckpointInputsTest, K6ModulePrefixIsPassedOver) {
  WriteWeights([](std::vector<ArrayView>* arrays) {
    for (ArrayView& array : *arrays) array.name = "module." + array.name;
  });
  const MicaResult result = Start();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(ReadTestFile(tiny_.RunPath("b", "log.txt")), HasSubstr("names without \"module.\""));
}

TEST_F(CheckpointInputsTest, K6PartsThatTorchCompileAddsArePassedOver) {
  WriteWeights([](std::vector<ArrayView>* arrays) {
    for (ArrayView& array : *arrays) array.name = "module._orig_mod." + array.name;
  });
  const MicaResult result = Start();
  EXPECT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(ReadTestFile(tiny_.RunPath("b", "log.txt")), HasSubstr("names without \"_orig_mod.\" and \"module.\""));
}

TEST_F(CheckpointInputsTest, K11NaN) {
  const std::string nan(sizeof(float) * 64 * 10, '\xff');  // NaN has all bits set
  std::string name;
  WriteWeights([&](std::vector<ArrayView>* arrays) {
    for (ArrayView& array : *arrays) {
      if (array.shape != std::vector<int64_t>{10, 64}) continue;
      name = array.name;
      array.bytes = nan;
    }
  });
  ExpectRefused(Start(), HasSubstr(absl::StrCat("w.safetensors: ", name, " holds 640 NaN")));
}

TEST_F(CheckpointInputsTest, K1K2WeightsFileMissingOrOfAnotherKind) {
  ExpectRefused(Start("nowhere.safetensors"), HasSubstr(tiny_.Path("nowhere.safetensors") + ": cannot open: No such file"));
  ExpectRefused(Start(absl::StrCat("runs/tiny/a/", kCheckpoint)), HasSubstr("name the one in it: " + InCheckpoint("model.safetensors")));
  WriteTestFile(tiny_.Path("resnet.pth"), "PK\x03\x04..........................resnet/data.pkl");
  ExpectRefused(Start("resnet.pth"), AllOf(HasSubstr("resnet.pth: the zip archive is cut"), HasSubstr("download the file again")));
  WriteTestFile(tiny_.Path("pointer.safetensors"), kLfsPointer);
  ExpectRefused(
      Start("pointer.safetensors"),
      AllOf(StartsWith(kAtWeightsFile + tiny_.Path("pointer.safetensors") + ": is a Git LFS pointer"), HasSubstr("git lfs pull")));
}

// K7: rules of the format that a header can break, in a file that a run begins with. The reader's
// own test covers all rules.
TEST_F(CheckpointInputsTest, K7BrokenSafetensors) {
  const std::string whole = ReadTestFile(InCheckpoint("model.safetensors"));
  const auto with_header = [](const std::string& header, const std::string& data) {
    std::string file(8, '\0');
    const uint64_t length = header.size();
    std::memcpy(&file[0], &length, sizeof(length));
    return file + header + data;
  };
  const std::vector<std::pair<std::string, std::string>> rows = {
      {whole.substr(0, 100), "cut: the header has "},
      {whole.substr(0, whole.size() - 1), "cut: tensor "},
      {whole + "x", "1 bytes behind the last tensor"},
      {std::string(8, '\xff') + whole.substr(8), "the header would have 18446744073709551615 bytes"},
      {with_header("{\"\xff\":{}}", ""), "the header is not UTF-8 at byte 10"},
      {with_header(" {}", ""), "does not begin with '{'"},
      {with_header("{\"a\"}", ""), "is not valid JSON at byte 12"},
      {with_header(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "xx"),
       "tensor \"a\" stands there twice"},
      {with_header(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "xx"),
       "tensor \"b\" begins at 1, inside \"a\""},
      {with_header(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", "xx"), "a hole after 0"},
      {with_header(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "12345678"), "shape [3] of F32 is 12 bytes"},
      {with_header(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", ""), "more than 2^64 bytes"},
  };
  for (const auto& [bytes, message] : rows) {
    WriteTestFile(tiny_.Path("w.safetensors"), bytes);
    ExpectRefused(Start(), AllOf(StartsWith(kAtWeightsFile + tiny_.Path("w.safetensors") + ": "), HasSubstr(message)));
  }
}

// mica check finds it too, before somebody plans a night of training on it.
TEST_F(CheckpointInputsTest, CheckReadsTheWeightsFile) {
  const MicaResult result =
      RunMica({{"check", "x.textproto", "--set=model { initial_weights { weights_file: 'nowhere' } }"}, tiny_.folder()});
  ExpectRefused(result, HasSubstr(tiny_.Path("nowhere")));
}

TEST_F(CheckpointInputsTest, APrefixThatCoversNothingIsAConfigError) {
  WriteWeights([](std::vector<ArrayView>*) {});
  const MicaResult result = Start("w.safetensors", "reinitialise: ['haed'] allow_unexpected: 'aux'");
  EXPECT_EQ(result.exit_code, 2) << result;
  EXPECT_THAT(result.err, HasSubstr("model.initial_weights.reinitialise: \"haed\" names no weight of the model"));
  EXPECT_THAT(result.err, HasSubstr("model.initial_weights.allow_unexpected: \"aux\" names no tensor of " + tiny_.Path("w.safetensors")));
}

}  // namespace
}  // namespace mica
