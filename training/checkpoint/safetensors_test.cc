#include "training/checkpoint/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/checkpoint/safetensors_test_decoder.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::string HeaderOf(const std::string& file) {
  return file.substr(8, static_cast<uint8_t>(file[0]) + 256 * static_cast<uint8_t>(file[1]));
}

TEST(SafetensorsTest, AnEmptyFileIsTheGoldenOne) {
  EXPECT_EQ(EncodeSafetensors({}, {}), std::string("\x08\0\0\0\0\0\0\0{}      ", 16));
}

TEST(SafetensorsTest, HeaderIsWrittenAsTheReferenceWriterDoes) {
  const float value = 1;

  const std::string file =
      EncodeSafetensors({{"a", "F32", {1, 1}, {reinterpret_cast<const char*>(&value), sizeof(value)}}}, {{"format", "pt"}});

  EXPECT_EQ(HeaderOf(file), R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}} )");
  EXPECT_EQ(file.substr(file.size() - 4), std::string("\0\0\x80\x3f", 4));
}

TEST(SafetensorsTest, ReadsBackAsItWasWritten) {
  const std::vector<float> values = {1, -2.5, 3e-39f, 4, 5, 6};
  const int64_t count = 7;
  const std::string file = EncodeSafetensors({{"fc.weight", "F32", {2, 3}, {reinterpret_cast<const char*>(values.data()), 24}},
                                              {"bn.count", "I64", {}, {reinterpret_cast<const char*>(&count), 8}}},
                                             {{"format", "pt"}, {"note", "a \"quoted\" one"}});

  const DecodedSafetensors decoded = DecodeForTest(file);

  EXPECT_THAT(decoded.metadata, ElementsAre(Pair("format", "pt"), Pair("note", "a \"quoted\" one")));
  EXPECT_EQ(decoded.arrays.at("fc.weight").floats, values);
  EXPECT_THAT(decoded.arrays.at("fc.weight").shape, ElementsAre(2, 3));
  EXPECT_EQ(decoded.arrays.at("bn.count").bytes, std::string("\7\0\0\0\0\0\0\0", 8));
  EXPECT_THAT(decoded.arrays.at("bn.count").shape, IsEmpty());
}

TEST(SafetensorsTest, LargerValuesComeFirstThenNames) {
  const std::string bytes(16, 'x');

  const std::string file = EncodeSafetensors(
      {{"b", "F32", {4}, bytes}, {"c", "U8", {16}, bytes}, {"a", "F32", {4}, bytes}, {"z", "I64", {2}, bytes}, {"B", "F32", {4}, bytes}},
      {});

  EXPECT_THAT(DecodeForTest(file).names, ElementsAre("z", "B", "a", "b", "c"));
}

TEST(SafetensorsTest, ArraysWithoutValuesAreFine) {
  const DecodedSafetensors decoded = DecodeForTest(EncodeSafetensors({{"none", "F32", {0, 3}, ""}, {"one", "U8", {1}, "x"}}, {}));

  EXPECT_EQ(decoded.arrays.at("none").bytes, "");
  EXPECT_EQ(decoded.arrays.at("one").bytes, "x");
}

TEST(SafetensorsTest, AnyHeaderLengthIsPaddedToEightBytes) {
  for (int length = 1; length <= 16; ++length) {
    const std::string name(length, 'n');

    const std::string file = EncodeSafetensors({{name, "U8", {1}, "x"}}, {});

    EXPECT_EQ((file.size() - 1) % 8, 0) << length;
    EXPECT_THAT(HeaderOf(file), HasSubstr("[0,1]}}"));
    EXPECT_EQ(DecodeForTest(file).arrays.at(name).bytes, "x");
  }
}

}  // namespace
}  // namespace mica
