#include "models/weights/torch_file/torch_file_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_builder.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// A dictionary of one tensor in a zip file, made by `make`, beside a storage "0" of 4 floats.
constexpr char kFloats[] = "aaaabbbbccccdddd";

std::string FileWith(const PickleBuilder& tensor) {
  const std::string made = tensor.Done();
  return TorchZip(PickleBuilder().Op("}").Text("w").Op(made.substr(2, made.size() - 3)).Op("s").Done(), {{"0", kFloats}});
}

// The values of the tensor, or the message.
std::string ReadTensor(const PickleBuilder& tensor) {
  const std::string bytes = FileWith(tensor);
  const auto file = DecodeTorchFile(bytes, "x", "");
  if (!file.ok()) return std::string(file.status().message());
  return file->arrays.size() == 1 ? std::string(file->arrays[0].bytes) : absl::StrCat(file->arrays.size(), " arrays");
}

PickleBuilder Dense(int64_t offset, const std::vector<int64_t>& shape, const std::vector<int64_t>& strides) {
  return PickleBuilder().Tensor("FloatStorage", "0", 4, offset, shape, strides);
}

std::string OpsOf(const PickleBuilder& pickle) {
  const std::string done = pickle.Done();
  return done.substr(2, done.size() - 3);
}

TEST(TorchFileReaderTest, EveryFormOfRebuildingADenseTensorIsRead) {
  const std::string dense = OpsOf(Dense(1, {2}, {1}));
  EXPECT_EQ(ReadTensor(PickleBuilder().Op(dense)), "bbbbcccc");
  EXPECT_EQ(ReadTensor(PickleBuilder()
                           .Global("torch._utils", "_rebuild_tensor")
                           .Op("(")
                           .Storage("FloatStorage", "0", 4)
                           .Int(1)
                           .Ints({2})
                           .Ints({1})
                           .Op("tR")),
            "bbbbcccc");
  EXPECT_EQ(ReadTensor(PickleBuilder().Global("torch._utils", "_rebuild_parameter").Op("(").Op(dense).Op("\x88NtR")), "bbbbcccc");
  EXPECT_EQ(ReadTensor(PickleBuilder().Global("torch._utils", "_rebuild_parameter_with_state").Op("(").Op(dense).Op("\x88N}tR")),
            "bbbbcccc");
  const std::string arguments = OpsOf(PickleBuilder().Op("(").Storage("FloatStorage", "0", 4).Int(1).Ints({2}).Ints({1}).Op("\x89Nt"));
  EXPECT_EQ(ReadTensor(PickleBuilder()
                           .Global("torch._tensor", "_rebuild_from_type_v2")
                           .Op("(")
                           .Global("torch._utils", "_rebuild_tensor_v2")
                           .Global("mine", "Tensor")
                           .Op(arguments)
                           .Op("}tR")),
            "bbbbcccc");
  EXPECT_EQ(ReadTensor(PickleBuilder()
                           .Global("torch._utils", "_rebuild_tensor_v3")
                           .Op("(")
                           .Storage("UntypedStorage", "0", 16)
                           .Int(3)
                           .Ints({2})
                           .Ints({1})
                           .Op("\x89N")
                           .Global("torch", "uint16")
                           .Op("tR")),
            "bbcc");
}

TEST(TorchFileReaderTest, ASizeMayBeATorchSize) {
  EXPECT_EQ(ReadTensor(PickleBuilder()
                           .Global("torch._utils", "_rebuild_tensor_v2")
                           .Op("(")
                           .Storage("FloatStorage", "0", 4)
                           .Int(0)
                           .Global("torch", "Size")
                           .Ints({1})
                           .Op("\x85R")
                           .Ints({1})
                           .Op("\x89NtR")),
            "aaaa");
}

TEST(TorchFileReaderTest, DamagedTensorsAreNamed) {
  const std::vector<std::pair<PickleBuilder, std::string>> rows = {
      {Dense(3, {2}, {1}), "shape [2] of F32 with strides [1] from value 3 reaches past its 4 stored values"},
      {Dense(0, {int64_t{1} << 40}, {0}), "all copies together may take"},
      {Dense(0, {2, 2}, {1}), "2 dimensions, but 1 strides"},
      {Dense(-1, {1}, {1}), "has a negative number"},
      {PickleBuilder().Tensor("FloatStorage", "7", 4, 0, {1}, {1}), "there is no storage \"7\""},
      {PickleBuilder().Tensor("FloatStorage", "0", 5, 0, {1}, {1}), "storage \"0\" has 16 bytes, expected 5 values of 4"},
      {PickleBuilder().Tensor("DoubleStorage", "0", 4, 0, {1}, {1}), "storage \"0\" has 16 bytes, expected 4 values of 8"},
      {PickleBuilder().Tensor("FloatStorage", "0", -4, 0, {1}, {1}), "a persistent id is none of a storage"},
      {PickleBuilder().Tensor("QInt8Storage", "0", 16, 0, {1}, {1}), "values of torch.QInt8Storage are not read"},
      {PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Op(")R"), "its storage is none"},
      {PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage("FloatStorage", "0", 4).Op("tR"),
       "its offset is no whole number"},
      {PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage("FloatStorage", "0", 4).Int(0).Op("NNtR"),
       "its sizes or strides are no tuple"},
      {PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage("FloatStorage", "0", 4).Int(0).Op("(Nt(NttR"),
       "no whole numbers"},
      {Dense(0, std::vector<int64_t>(65, 1), std::vector<int64_t>(65, 1)), "65 dimensions, at most 64"},
      {PickleBuilder().Global("torch._utils", "_rebuild_meta_tensor_no_storage").Op(")R"),
       "made by torch._utils._rebuild_meta_tensor_no_storage, which is not read"},
      {PickleBuilder().Global("torch._utils", "_rebuild_parameter").Op("(NtR"), "a parameter of what is no tensor"},
      {PickleBuilder().Global("torch._tensor", "_rebuild_from_type_v2").Op("(NNNtR"), "a tensor of a class without its call"},
      {PickleBuilder()
           .Global("torch._utils", "_rebuild_tensor_v2")
           .Op("(")
           .Global("torch.storage", "_load_from_bytes")
           .Op("C\x01x\x85R")
           .Int(0)
           .Ints({1})
           .Ints({1})
           .Op("\x89NtR"),
       "its storage is made by torch.storage._load_from_bytes, expected one beside the pickle"},
  };
  for (const auto& [tensor, message] : rows) EXPECT_THAT(ReadTensor(tensor), AllOf(StartsWith("x: tensor \"w\": "), HasSubstr(message)));
}

TEST(TorchFileReaderTest, ATensorWrappedTooOftenEndsInAMessage) {
  PickleBuilder many;
  for (int i = 0; i < 20; ++i) many.Global("torch._utils", "_rebuild_parameter").Op("(");
  many.Op(OpsOf(Dense(0, {1}, {1})));
  for (int i = 0; i < 20; ++i) many.Op("tR");
  EXPECT_THAT(ReadTensor(many), HasSubstr("a tensor is wrapped too often"));
}

std::string DictOfOne() {
  return PickleBuilder().Op("}").Text("w").Op(OpsOf(Dense(0, {4}, {1}))).Op("s").Done();
}

TEST(TorchFileReaderTest, K2EveryCutOfEveryContainerIsRefused) {
  for (const std::string& whole : {TorchZip(DictOfOne(), {{"0", kFloats}}), TorchStream(DictOfOne(), {{"0", kFloats}}, 4)}) {
    ASSERT_THAT(DecodeTorchFile(whole, "x", ""), IsOk());
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_THAT(DecodeTorchFile(absl::string_view(whole).substr(0, size), "x", ""), Fails(ExitCode::kCheckpoint, StartsWith("x: ")))
          << size;
    }
  }
}

// So large that several threads compare checksums.
TEST(TorchFileReaderTest, K3AFlippedBitInOneOfSeveralLargeStoragesIsSeen) {
  constexpr int64_t kBytes = int64_t{20} << 20;
  const std::string pickle = PickleBuilder()
                                 .Op("}(")
                                 .Text("a")
                                 .Tensor("ByteStorage", "0", kBytes, 0, {kBytes}, {1})
                                 .Text("b")
                                 .Tensor("ByteStorage", "1", kBytes, 0, {kBytes}, {1})
                                 .Op("u")
                                 .Done();
  std::string bytes = TorchZip(pickle, {{"0", std::string(kBytes, 'a')}, {"1", std::string(kBytes, 'b')}});
  EXPECT_THAT(DecodeTorchFile(bytes, "x", ""), IsOk());
  bytes[bytes.find("bbbb") + kBytes - 1] ^= 1;
  EXPECT_THAT(DecodeTorchFile(bytes, "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("the checksum of \"model/data/1\" is ")));
}

TEST(TorchFileReaderTest, K10AHostilePickleIsRefusedInEveryContainer) {
  const std::string hostile = PickleBuilder().Global("posix", "system").Text("touch x").Op("\x85R").Done();
  for (const std::string& file : {TorchZip(hostile, {}), TorchStream(hostile, {}, 4), hostile}) {
    EXPECT_THAT(DecodeTorchFile(file, "x.pth", ""),
                Fails(ExitCode::kCheckpoint, StartsWith("x.pth: refused: pickle asks for posix.system")));
  }
}

TEST(TorchFileReaderTest, StreamsWhoseListOfStoragesDoesNotFitAreRefused) {
  const std::string pickle = DictOfOne();
  EXPECT_THAT(DecodeTorchFile(TorchStream(pickle, {{"1", kFloats}}, 4), "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("storage \"1\" belongs to no tensor")));
  EXPECT_THAT(DecodeTorchFile(TorchStream(pickle, {}, 4), "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("there is no storage \"0\"")));
  EXPECT_THAT(DecodeTorchFile(TorchStream(pickle, {{"0", kFloats}, {"0", kFloats}}, 4), "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("storage \"0\" stands there twice")));
  EXPECT_THAT(DecodeTorchFile(TorchStream(pickle, {{"0", "aaaabbbbcccc"}}, 4), "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("storage \"0\" has 12 bytes, expected 4 values of 4")));
  std::string huge = TorchStream(pickle, {{"0", kFloats}}, 4);
  huge.replace(huge.size() - 24, 8, std::string(8, '\xff'));
  EXPECT_THAT(DecodeTorchFile(huge, "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("cut: storage \"0\" has 18446744073709551615 values of 4 bytes, there are 16 bytes")));
}

// Streams may save one storage for several tensors: (key, offset, count) behind the count of all.
std::string StreamOfAView(int64_t begin, int64_t count) {
  const std::string view = OpsOf(
      PickleBuilder().Op("(").Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(4).Op("(").Text("view").Int(begin));
  const std::string rest = OpsOf(PickleBuilder().Int(count).Op("ttQ").Int(1).Ints({1}).Ints({1}).Op("\x89NtRs"));
  return TorchStream(PickleBuilder().Op("}").Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op("(").Op(view).Op(rest).Done(),
                     {{"0", kFloats}}, 4);
}

TEST(TorchFileReaderTest, PartsOfAStorageAreBoundedByTheWhole) {
  const std::string bytes = StreamOfAView(1, 2);
  const auto file = DecodeTorchFile(bytes, "x", "");
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->arrays[0].bytes, "cccc");
  EXPECT_THAT(DecodeTorchFile(StreamOfAView(1, 1), "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("reaches past its 1 stored values")));
  EXPECT_THAT(DecodeTorchFile(StreamOfAView(3, 2), "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("lies outside of it")));
  EXPECT_THAT(DecodeTorchFile(StreamOfAView(-1, 2), "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("lies outside of it")));
}

TEST(TorchFileReaderTest, BigEndianFilesAreRefused) {
  const std::string zip = ZipOf({{"m/data.pkl", DictOfOne()}, {"m/byteorder", "big"}, {"m/data/0", kFloats}});
  EXPECT_THAT(DecodeTorchFile(zip, "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("its numbers are big-endian")));
  std::string stream = TorchStream(DictOfOne(), {{"0", kFloats}}, 4);
  stream[stream.find('\x88')] = '\x89';
  EXPECT_THAT(DecodeTorchFile(stream, "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("its numbers are big-endian")));
}

TEST(TorchFileReaderTest, TheFolderInAZipFileMayHaveAnyNameAndBeCompressed) {
  for (const std::string folder : {"", "a/", "a b/c/"}) {
    const std::string zip = ZipOf({{folder + "data/0", kFloats, true}, {folder + "data.pkl", DictOfOne(), true}});
    const auto file = DecodeTorchFile(zip, "x", "");
    ASSERT_THAT(file, IsOk());
    EXPECT_EQ(file->arrays[0].bytes, kFloats);
  }
}

TEST(TorchFileReaderTest, OtherArchivesAndPicklesAreToldApart) {
  EXPECT_THAT(DecodeTorchFile(ZipOf({{"a.txt", "x"}}), "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("a zip archive without data.pkl")));
  EXPECT_THAT(DecodeTorchFile(ZipOf({}), "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("a zip archive without data.pkl")));
  EXPECT_THAT(DecodeTorchFile(ZipOf({{"a/data.pkl", "x"}, {"b/data.pkl", "x"}}), "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("several files data.pkl")));
  EXPECT_THAT(DecodeTorchFile(ZipOf({{"a/data.pkl", "x"}, {"a/code/b.py", "x"}}), "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("a TorchScript archive")));
  EXPECT_THAT(DecodeTorchFile(DictOfOne(), "x", ""),
              Fails(ExitCode::kCheckpoint, HasSubstr("a Python pickle that torch.save did not write")));
  EXPECT_THAT(DecodeTorchFile("GGUF", "x", ""), Fails(ExitCode::kCheckpoint, HasSubstr("begins like no file of torch.save")));
}

}  // namespace
}  // namespace mica
