#include "models/weights/torch_file_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "models/weights/zip_test_reader.h"

namespace mica {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;

// A pickle as text, for the opcodes of a state_dict: tuples in parentheses, calls as f(…), items of
// a dict after it. Written from Python's pickletools.
class PickleText {
 public:
  explicit PickleText(const std::string& pickle) : pickle_(pickle) {}

  std::string Read() {
    EXPECT_EQ(Take(2), "\x80\x02");
    while (place_ < pickle_.size()) Step(Take(1)[0]);
    EXPECT_EQ(stack_.size(), 1);
    return stack_.empty() ? "" : stack_.back();
  }

 private:
  std::string Take(size_t size) {
    place_ += size;
    return pickle_.substr(place_ - size, size);
  }

  uint64_t TakeNumber(int size) {
    uint64_t number = 0;
    for (int i = 0; i < size; ++i) number |= uint64_t{static_cast<uint8_t>(Take(1)[0])} << (8 * i);
    return number;
  }

  std::string TakeLine() {
    const size_t end = pickle_.find('\n', place_);
    std::string line = Take(end - place_);
    Take(1);
    return line;
  }

  std::string Pop() {
    std::string top = stack_.back();
    stack_.pop_back();
    return top;
  }

  std::vector<std::string> PopToMark() {
    std::vector<std::string> values(stack_.begin() + marks_.back(), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return values;
  }

  static std::string Tuple(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) absl::StrAppend(&text, text.empty() ? "" : " ", value);
    return absl::StrCat("(", text, ")");
  }

  void Step(char opcode) {
    if (opcode == 'c') {
      const std::string module = TakeLine();
      stack_.push_back(absl::StrCat(module, ".", TakeLine()));
    } else if (opcode == ')') {
      stack_.push_back("()");
    } else if (opcode == 'R') {
      const std::string arguments = Pop();
      stack_.push_back(Pop() + arguments);
    } else if (opcode == '(') {
      marks_.push_back(stack_.size());
    } else if (opcode == 'X') {
      stack_.push_back(absl::StrCat("'", Take(TakeNumber(4)), "'"));
    } else if (opcode == 'K' || opcode == 'J') {
      stack_.push_back(absl::StrCat(TakeNumber(opcode == 'K' ? 1 : 4)));
    } else if (opcode == '\x8a') {
      stack_.push_back(absl::StrCat(TakeNumber(static_cast<int>(TakeNumber(1)))));
    } else if (opcode == 't') {
      stack_.push_back(Tuple(PopToMark()));
    } else if (opcode == 'Q') {
      stack_.push_back(absl::StrCat("storage", Pop()));
    } else if (opcode == '\x89') {
      stack_.push_back("False");
    } else if (opcode == 'u') {
      for (const std::string& item : PopToMark()) stack_.back() += " " + item;
    } else {
      EXPECT_EQ(opcode, '.') << "at " << place_;
    }
  }

  const std::string& pickle_;
  size_t place_ = 0;
  std::vector<std::string> stack_;
  std::vector<size_t> marks_;
};

std::string PickleTextOf(const std::string& file) {
  return PickleText(ReadZipForTest(file).at(0).data).Read();
}

TEST(TorchFileWriterTest, RecordsAreThoseOfTorchSave) {
  const float value = 1;
  const std::string file =
      EncodeTorchFile({{"a", "F32", {}, {reinterpret_cast<const char*>(&value), 4}}, {"b", "U8", {3}, "xyz"}}, {{"classes.txt", "cat\n"}});

  std::vector<std::string> names;
  std::map<std::string, std::string> data;
  for (const ZipRecord& record : ReadZipForTest(file)) {
    EXPECT_EQ(record.place % 64, 0) << record.name;
    names.push_back(record.name);
    data[record.name] = record.data;
  }

  EXPECT_THAT(
      names, ElementsAre("archive/data.pkl", "archive/.format_version", "archive/.storage_alignment", "archive/byteorder", "archive/data/0",
                         "archive/data/1", "archive/extra/classes.txt", "archive/version", "archive/.data/serialization_id"));
  EXPECT_EQ(data["archive/data/0"], std::string("\0\0\x80\x3f", 4));
  EXPECT_EQ(data["archive/data/1"], "xyz");
  EXPECT_EQ(data["archive/byteorder"], "little");
  EXPECT_EQ(data["archive/version"], "3\n");
  EXPECT_EQ(data["archive/.format_version"], "1");
  EXPECT_EQ(data["archive/.storage_alignment"], "64");
  EXPECT_EQ(data["archive/extra/classes.txt"], "cat\n");
  EXPECT_EQ(data["archive/.data/serialization_id"].size(), 40);
}

TEST(TorchFileWriterTest, PickleBuildsTensorsInTheGivenOrder) {
  EXPECT_EQ(
      PickleTextOf(EncodeTorchFile({{"fc.weight", "F32", {2, 3}, std::string(24, '\0')}, {"a", "I64", {}, std::string(8, '\0')}}, {})),
      "collections.OrderedDict() "
      "'fc.weight' torch._utils._rebuild_tensor_v2(storage('storage' torch.FloatStorage '0' 'cpu' 6) 0 (2 3) (3 1) False "
      "collections.OrderedDict()) "
      "'a' torch._utils._rebuild_tensor_v2(storage('storage' torch.LongStorage '1' 'cpu' 1) 0 () () False "
      "collections.OrderedDict())");
}

TEST(TorchFileWriterTest, AnEmptyFileHasAnEmptyDict) {
  EXPECT_EQ(PickleTextOf(EncodeTorchFile({}, {})), "collections.OrderedDict()");
}

// Sizes on both sides of an opcode's range; an array without values takes no memory here. Strides
// are PyTorch's, which counts a dimension of 0 as 1.
TEST(TorchFileWriterTest, SizesOfAnyWidth) {
  for (const int64_t size : {int64_t{255}, int64_t{256}, int64_t{0x7fffffff}, int64_t{0x80000000}, int64_t{1} << 40}) {
    EXPECT_THAT(PickleTextOf(EncodeTorchFile({{"a", "F32", {0, size}, ""}}, {})),
                HasSubstr(absl::StrCat("'cpu' 0) 0 (0 ", size, ") (", size, " 1) False")));
  }
}

TEST(TorchFileWriterTest, EveryDtypeHasItsStorage) {
  const std::vector<std::pair<std::string, std::string>> storages = {
      {"F32", "Float"}, {"F64", "Double"}, {"F16", "Half"}, {"BF16", "BFloat16"}, {"I64", "Long"},
      {"I32", "Int"},   {"I16", "Short"},  {"I8", "Char"},  {"U8", "Byte"},       {"BOOL", "Bool"}};
  for (const auto& [dtype, storage] : storages) {
    EXPECT_THAT(PickleTextOf(EncodeTorchFile({{"a", dtype, {0}, ""}}, {})), HasSubstr(absl::StrCat("torch.", storage, "Storage ")))
        << dtype;
  }
}

std::string IdOf(const std::string& file) {
  return ReadZipForTest(file).back().data;
}

TEST(TorchFileWriterTest, IdFollowsFromTheContent) {
  const auto file = [](const std::string& name, const std::string& values) { return EncodeTorchFile({{name, "U8", {2}, values}}, {}); };

  EXPECT_EQ(file("a", "xy"), file("a", "xy"));
  EXPECT_NE(IdOf(file("a", "xy")), IdOf(file("a", "xz")));
  EXPECT_NE(IdOf(file("a", "xy")), IdOf(file("b", "xy")));
  EXPECT_THAT(IdOf(file("a", "xy")), ContainsRegex("^[0-9]{40}$"));
}

TEST(TorchFileWriterDeathTest, WhatDoesNotFitIsABug) {
  EXPECT_DEATH(EncodeTorchFile({{"a", "F8_E4M3", {1}, "x"}}, {}), "a is F8_E4M3");
  EXPECT_DEATH(EncodeTorchFile({{"a", "F32", {2}, "1234"}}, {}), "a");
}

}  // namespace
}  // namespace mica
