#include "training/checkpoint/safetensors_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "training/checkpoint/safetensors.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

std::string LengthBytes(uint64_t length) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(length >> shift));
  return bytes;
}

std::string FileOf(const std::string& header, const std::string& data = "") {
  return absl::StrCat(LengthBytes(header.size()), header, data);
}

TEST(SafetensorsReaderTest, ReadsWhatTheWriterWrites) {
  const std::string values(24, 'v'), count(8, 'c');
  const std::string bytes =
      EncodeSafetensors({{"fc.weight", "F32", {2, 3}, values}, {"bn.count", "I64", {}, count}}, {{"format", "pt"}, {"note", "\"é\""}});

  const auto file = DecodeSafetensors(bytes, "x");

  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(file->metadata, ElementsAre(Pair("format", "pt"), Pair("note", "\"é\"")));
  ASSERT_THAT(file->arrays, SizeIs(2));
  EXPECT_EQ(file->arrays[0].name, "bn.count");
  EXPECT_THAT(file->arrays[0].shape, IsEmpty());
  EXPECT_EQ(file->arrays[0].bytes, count);
  EXPECT_EQ(file->arrays[1].name, "fc.weight");
  EXPECT_EQ(file->arrays[1].dtype, "F32");
  EXPECT_THAT(file->arrays[1].shape, ElementsAre(2, 3));
  EXPECT_EQ(file->arrays[1].bytes, values);
  EXPECT_EQ(file->arrays[1].bytes.data(), bytes.data() + bytes.size() - 24) << "a view";
}

// Bytes as the reference writer (safetensors 0.8.0) writes them; the header ends in spaces.
TEST(SafetensorsReaderTest, ReadsTheGoldenEmptyFile) {
  const std::string golden("\x08\0\0\0\0\0\0\0{}      ", 16);
  const auto file = DecodeSafetensors(golden, "x");
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(file->arrays, IsEmpty());
}

TEST(SafetensorsReaderTest, ReadsEveryDtypeAndArraysWithoutValues) {
  for (const auto& [dtype, size] : std::map<std::string, int>{{"BOOL", 1},
                                                              {"U8", 1},
                                                              {"I8", 1},
                                                              {"F8_E5M2", 1},
                                                              {"F8_E4M3", 1},
                                                              {"I16", 2},
                                                              {"U16", 2},
                                                              {"F16", 2},
                                                              {"BF16", 2},
                                                              {"I32", 4},
                                                              {"U32", 4},
                                                              {"F32", 4},
                                                              {"F64", 8},
                                                              {"I64", 8},
                                                              {"U64", 8}}) {
    const std::string bytes = EncodeSafetensors({{"a", dtype, {3}, std::string(3 * size, 'x')}, {"none", dtype, {0, 5}, ""}}, {});
    EXPECT_THAT(DecodeSafetensors(bytes, dtype), IsOk());
  }
}

// The reference reader allows both: data in another order than the header's, and unknown fields.
TEST(SafetensorsReaderTest, OrderOfTheHeaderAndUnknownFieldsDoNotMatter) {
  const std::string bytes =
      FileOf(R"({"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3],"more":{"a":[1,{"b":null}],"c":-1.5},"flag":true},)"
             R"("a":{"data_offsets":[0,1],"shape":[],"dtype":"U8"}})",
             "abb");

  const auto file = DecodeSafetensors(bytes, "x");

  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->arrays[0].name, "a");
  EXPECT_EQ(file->arrays[1].bytes, "bb");
}

struct Case {
  std::string id;
  std::string bytes;
  std::string message;  // after "FILE: "
};

std::ostream& operator<<(std::ostream& stream, const Case& row) {
  return stream << row.id;
}

class SafetensorsReaderK7Test : public testing::TestWithParam<Case> {};

TEST_P(SafetensorsReaderK7Test, IsRefusedWithFileAndTensor) {
  EXPECT_THAT(DecodeSafetensors(GetParam().bytes, "/w/x.safetensors"),
              Fails(ExitCode::kCheckpoint, StartsWith("/w/x.safetensors: " + GetParam().message)));
}

std::string Tensor(const std::string& name, const std::string& fields) {
  return absl::StrCat("\"", name, "\":{", fields, "}");
}

// One tensor "a" of this dtype, shape and place.
std::string Header(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return absl::StrCat("{", Tensor("a", absl::StrCat("\"dtype\":", dtype, ",\"shape\":", shape, ",\"data_offsets\":", offsets)), "}");
}

const char kByte[] = R"("dtype":"U8","shape":[1],"data_offsets":)";

INSTANTIATE_TEST_SUITE_P(
    Length, SafetensorsReaderK7Test,
    testing::Values(Case{"Empty", "", "0 bytes"}, Case{"SevenBytes", "1234567", "7 bytes"},
                    Case{"HeaderAboveTheLimit", LengthBytes(100000001) + "{}", "the header would have 100000001 bytes"},
                    Case{"HeaderOf2To64", LengthBytes(~uint64_t{0}) + "{}", "the header would have 18446744073709551615 bytes"},
                    Case{"HeaderLongerThanTheFile", LengthBytes(3) + "{}", "cut: the header has 3 bytes, the file only 2"},
                    Case{"NoHeader", LengthBytes(0), "the header does not begin with '{'"},
                    Case{"NotUtf8", FileOf("{\"\xff\":1}"), "the header is not UTF-8 at byte 10"},
                    Case{"LeadingSpace", FileOf(" {}"), "the header does not begin with '{'"},
                    Case{"List", FileOf("[]"), "the header does not begin with '{'"},
                    Case{"Html", "<html><body>404 not found</body></html>", "the header would have"}),
    [](const auto& info) { return info.param.id; });

INSTANTIATE_TEST_SUITE_P(
    Json, SafetensorsReaderK7Test,
    testing::Values(
        Case{"Cut", FileOf("{\"a\":"), "the header is not valid JSON at byte 13"},
        Case{"Wrong", FileOf("{\"a\"=1}"), "the header is not valid JSON at byte 12"},
        Case{"BehindTheObject", FileOf("{} x"), "the header is not valid JSON at byte 11"},
        Case{"HugeNumber", FileOf("{\"a\":1e400}"), "the header is not valid JSON"},
        Case{
            "DuplicateTensor",
            FileOf(absl::StrCat("{", Tensor("a", absl::StrCat(kByte, "[0,1]")), ",", Tensor("a", absl::StrCat(kByte, "[1,2]")), "}"), "xx"),
            "tensor \"a\" stands there twice"},
        Case{"DuplicateField", FileOf("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\"}}"), "tensor \"a\": dtype stands there twice"},
        Case{"DuplicateMetadata", FileOf("{\"__metadata__\":{},\"__metadata__\":{}}"), "__metadata__ stands there twice"},
        Case{"DuplicateMetadataKey", FileOf("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}"), "__metadata__: \"k\" stands there twice"},
        Case{"MetadataNumber", FileOf("{\"__metadata__\":{\"k\":1}}"), "__metadata__: \"k\" is 1, expected text"},
        Case{"MetadataObject", FileOf("{\"__metadata__\":{\"k\":{}}}"), "__metadata__: \"k\" is an object, expected text"},
        Case{"MetadataText", FileOf("{\"__metadata__\":\"x\"}"), "\"__metadata__\" is text, expected an object"},
        Case{"TensorList", FileOf("{\"a\":[]}"), "\"a\" is a list, expected an object"},
        Case{"NestedTooDeep", FileOf("{\"a\":{\"x\":" + std::string(1000, '[') + std::string(1000, ']') + "}}"),
             "tensor \"a\": nested deeper than 16"}),
    [](const auto& info) { return info.param.id; });

INSTANTIATE_TEST_SUITE_P(
    Entry, SafetensorsReaderK7Test,
    testing::Values(Case{"NoDtype", FileOf("{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", "x"), "tensor \"a\" has no dtype"},
                    Case{"NoShape", FileOf("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", "x"), "tensor \"a\" has no shape"},
                    Case{"NoOffsets", FileOf("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", "x"), "tensor \"a\" has no data_offsets"},
                    Case{"DtypeNumber", FileOf(Header("1", "[1]", "[0,1]"), "x"), "tensor \"a\": dtype is 1, expected text"},
                    Case{"DtypeUnknown", FileOf(Header("\"f32\"", "[1]", "[0,4]"), "xxxx"),
                         "tensor \"a\": dtype \"f32\" is unknown; known are BOOL, U8,"},
                    Case{"ShapeText", FileOf(Header("\"U8\"", "\"1\"", "[0,1]"), "x"), "tensor \"a\": shape is text, expected a list"},
                    Case{"ShapeNegative", FileOf(Header("\"U8\"", "[-1]", "[0,1]"), "x"), "tensor \"a\": shape holds -1"},
                    Case{"ShapeFraction", FileOf(Header("\"U8\"", "[1.0]", "[0,1]"), "x"), "tensor \"a\": shape holds 1.0"},
                    Case{"ShapeNested", FileOf(Header("\"U8\"", "[[1]]", "[0,1]"), "x"), "tensor \"a\": shape holds a list"},
                    Case{"ShapeOf2To63", FileOf(Header("\"U8\"", "[9223372036854775808]", "[0,1]"), "x"), "tensor \"a\": a dimension of"},
                    Case{"ShapeOverflow", FileOf(Header("\"U8\"", "[4294967296,4294967296]", "[0,0]")),
                         "tensor \"a\": shape [4294967296,4294967296] of U8 is more than 2^64 bytes"},
                    Case{"OffsetsNegative", FileOf(Header("\"U8\"", "[1]", "[-1,0]"), "x"), "tensor \"a\": data_offsets holds -1"},
                    Case{"OffsetsOf2To64", FileOf(Header("\"U8\"", "[1]", "[0,18446744073709551616]"), "x"),
                         "tensor \"a\": data_offsets holds 18446744073709551616"},
                    Case{"OneOffset", FileOf(Header("\"U8\"", "[1]", "[0]"), "x"), "tensor \"a\": data_offsets has 1 numbers"},
                    Case{"ThreeOffsets", FileOf(Header("\"U8\"", "[1]", "[0,1,2]"), "x"), "tensor \"a\": data_offsets has more than two"}),
    [](const auto& info) { return info.param.id; });

INSTANTIATE_TEST_SUITE_P(
    Places, SafetensorsReaderK7Test,
    testing::Values(
        Case{"Overlap",
             FileOf(absl::StrCat("{", Tensor("a", "\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]"), ",",
                                 Tensor("b", absl::StrCat(kByte, "[1,2]")), "}"),
                    "xx"),
             "tensor \"b\" begins at 1, inside \"a\""},
        Case{"HoleInFront", FileOf(absl::StrCat("{", Tensor("a", absl::StrCat(kByte, "[1,2]")), "}"), "xx"),
             "tensor \"a\" begins at 1, a hole after 0"},
        Case{"HoleBetween",
             FileOf(absl::StrCat("{", Tensor("a", absl::StrCat(kByte, "[0,1]")), ",", Tensor("b", absl::StrCat(kByte, "[2,3]")), "}"),
                    "xxx"),
             "tensor \"b\" begins at 2, a hole after 1"},
        Case{"EndBeforeBegin",
             FileOf(absl::StrCat("{", Tensor("a", absl::StrCat(kByte, "[0,1]")), ",", Tensor("b", absl::StrCat(kByte, "[1,0]")), "}"), "x"),
             "tensor \"b\" ends at 0, before its begin at 1"},
        Case{"SizeDiffers", FileOf(Header("\"F32\"", "[3]", "[0,8]"), "xxxxxxxx"),
             "tensor \"a\": shape [3] of F32 is 12 bytes, data_offsets [0,8] are 8"},
        Case{"Tail", FileOf(Header("\"U8\"", "[1]", "[0,1]"), "xyz"), "2 bytes behind the last tensor"},
        Case{"TailWithoutTensors", FileOf("{}", "x"), "1 bytes behind the last tensor"},
        Case{"DataCut", FileOf(Header("\"U8\"", "[3]", "[0,3]"), "x"), "cut: tensor \"a\" ends at 3, there are 1 bytes of data"}),
    [](const auto& info) { return info.param.id; });

TEST(SafetensorsReaderTest, K7TooManyDimensionsAreRefused) {
  std::string shape = "[1";
  for (int i = 0; i < 64; ++i) shape += ",1";
  EXPECT_THAT(DecodeSafetensors(FileOf(Header("\"U8\"", shape + "]", "[0,1]"), "x"), "x"),
              Fails(ExitCode::kCheckpoint, HasSubstr("tensor \"a\": more than 64 dimensions")));
}

TEST(SafetensorsReaderTest, K7NamesAreShownShortAndHarmless) {
  const std::string name(100000, 'n');
  const auto file = DecodeSafetensors(FileOf("{\"" + name + "\":[]}"), "x");
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.status().message(), SizeIs(testing::Le(200)));
  EXPECT_THAT(DecodeSafetensors(FileOf("{\"\\u001b[2J\\n\":1}"), "x"), Fails(ExitCode::kCheckpoint, HasSubstr(R"("\x1b[2J\n" is 1)")));
}

// Breaks a file at random. If that makes the header's length wrong, corrects it half of the time,
// so that the header is reached.
std::string Break(std::string file, std::mt19937* random) {
  const auto below = [&](size_t bound) { return bound == 0 ? 0 : (*random)() % bound; };
  static const std::string kPieces[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        ",",
                                        ":",
                                        "\"",
                                        "0",
                                        "9",
                                        "-",
                                        ".",
                                        "e9",
                                        "null",
                                        "\"a\":",
                                        "\"shape\":[2],",
                                        "18446744073709551616",
                                        "9223372036854775807",
                                        " ",
                                        "\\u0000",
                                        "\xff",
                                        "\"__metadata__\":{},"};
  const size_t header_end = 8 + static_cast<uint8_t>(file[0]) + 256 * static_cast<uint8_t>(file[1]);
  std::string length = file.substr(0, 8), header = file.substr(8, header_end - 8), data = file.substr(header_end);
  const int changes = 1 + below(3);
  for (int i = 0; i < changes; ++i) {
    const size_t place = below(header.size());
    switch (below(7)) {
      case 0:
        header[place] ^= 1 << below(8);
        break;
      case 1:
        header.erase(place, below(12));
        break;
      case 2:
        header.insert(place, kPieces[below(std::size(kPieces))]);
        break;
      case 3:
        header.insert(below(header.size()), header.substr(place, below(40)));
        break;
      case 4:
        length[below(8)] ^= 1 << below(8);
        break;
      case 5:
        data.resize(below(data.size() + 3), 'z');
        break;
      case 6:
        if (header[place] >= '0' && header[place] <= '9') header[place] = '0' + below(10);
        break;
    }
    if (header.empty()) header = "{";
  }
  if (below(2) == 0) length = LengthBytes(header.size());
  file = length + header + data;
  if (below(10) == 0) file.resize(below(file.size()));
  return file;
}

// Checks what must hold of every accepted file, without the reader's own code.
void ExpectSound(const SafetensorsFile& file, const std::string& bytes) {
  const char* next = bytes.data() + bytes.size();
  for (auto array = file.arrays.rbegin(); array != file.arrays.rend(); ++array) {
    const std::map<char, int64_t> sizes = {{'F', 4}, {'I', 8}, {'U', 1}};
    int64_t size = sizes.at(array->dtype[0]);
    for (const int64_t dimension : array->shape) size *= dimension;
    ASSERT_EQ(static_cast<int64_t>(array->bytes.size()), size) << array->name;
    ASSERT_EQ(array->bytes.data() + array->bytes.size(), next) << array->name;
    next = array->bytes.data();
  }
  ASSERT_GE(next, bytes.data() + 8);
  std::vector<ArrayView> arrays = file.arrays;
  ASSERT_THAT(DecodeSafetensors(EncodeSafetensors(arrays, file.metadata), "again"), IsOk());
}

TEST(SafetensorsReaderTest, K7BrokenFilesByTheThousandAreReadSoundlyOrRefused) {
  const std::string values(24, 'v'), count(8, 'c');
  const std::string whole = EncodeSafetensors(
      {{"a", "F32", {2, 3}, values}, {"b", "I64", {}, count}, {"c", "U8", {8, 1}, count}, {"none", "F32", {0, 3}, ""}}, {{"k", "v"}});
  std::mt19937 random(7);
  int accepted = 0;
  constexpr int kFiles = 30000;
  for (int i = 0; i < kFiles; ++i) {
    // A buffer of exactly its size, so that a sanitizer sees a read past the end.
    const std::string broken = Break(whole, &random);
    const auto file = DecodeSafetensors(broken, "x");
    if (!file.ok()) {
      ASSERT_EQ(ExitCodeOf(file.status()), ExitCode::kCheckpoint) << file.status();
      ASSERT_EQ(file.status().message().find('\n'), absl::string_view::npos);
      continue;
    }
    ++accepted;
    ASSERT_NO_FATAL_FAILURE(ExpectSound(*file, broken)) << i;
  }
  EXPECT_GT(accepted, kFiles / 100);  // else the accepting side is untested
  EXPECT_LT(accepted, kFiles / 2);
}

}  // namespace
}  // namespace mica
