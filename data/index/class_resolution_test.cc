#include "data/index/class_resolution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A part with one sample for each text; "" is unlabelled.
DatasetPart Part(Split split, const std::vector<std::string>& texts, bool are_numbers = false, int64_t offset = 0) {
  DatasetPart part;
  part.split = split;
  SampleList& list = part.samples;
  list.origin = absl::StrCat("/", SplitName(split));
  list.labels_are_numbers = are_numbers;
  list.label_offset = offset;
  list.begin_labels_at = [](int64_t first) { return absl::StrCat("set label_offset: ", -first); };
  for (const std::string& text : texts) {
    ImageRecord record;
    if (!text.empty()) {
      auto label = std::find_if(list.labels.begin(), list.labels.end(), [&](const auto& known) { return known.text == text; });
      if (label == list.labels.end()) {
        label = list.labels.insert(label, {text, absl::StrCat(list.origin, ":", list.records.size() + 1), 0});
      }
      ++label->samples;
      record.label = static_cast<int32_t>(label - list.labels.begin());
    }
    list.records.push_back(record);
  }
  return part;
}

DatasetPart Numbers(Split split, const std::vector<std::string>& texts, int64_t offset = 0) {
  return Part(split, texts, /*are_numbers=*/true, offset);
}

std::vector<int> LabelsOf(const DatasetPart& part) {
  std::vector<int> labels;
  for (const ImageRecord& record : part.samples.records) labels.push_back(record.label);
  return labels;
}

struct Resolved {
  ClassMap classes;
  SplitFindings findings;
  std::vector<DatasetPart> parts;
};

Resolved Resolve(std::vector<DatasetPart> parts, DatasetConfig::ClassOrder order = DatasetConfig::BYTES,
                 std::optional<std::vector<std::string>> names = std::nullopt) {
  Resolved resolved;
  resolved.parts = std::move(parts);
  resolved.classes = ResolveClasses({std::move(names), order}, &resolved.parts, &resolved.findings);
  return resolved;
}

TEST(ClassResolutionTest, NamesAreSortedAsAskedFor) {
  const std::vector<std::string> folders = {"10", "2", "b", "a10", "a9", "1"};
  const Resolved bytes = Resolve({Part(Split::kTrain, folders)});
  EXPECT_THAT(bytes.classes.names(), ElementsAre("1", "10", "2", "a10", "a9", "b"));
  EXPECT_THAT(LabelsOf(bytes.parts[0]), ElementsAre(1, 2, 5, 3, 4, 0));
  EXPECT_THAT(Resolve({Part(Split::kTrain, folders)}, DatasetConfig::NATURAL).classes.names(),
              ElementsAre("1", "2", "10", "a9", "a10", "b"));
}

TEST(ClassResolutionTest, FoldersCanBeLabelsByValue) {
  const Resolved resolved = Resolve({Part(Split::kTrain, {"03", "1", "0"})}, DatasetConfig::BY_VALUE);
  EXPECT_THAT(resolved.classes.names(), ElementsAre("0", "1", "2", "03"));
  EXPECT_THAT(LabelsOf(resolved.parts[0]), ElementsAre(3, 1, 0));
  EXPECT_THAT(Resolve({Part(Split::kTrain, {"0", "cat"})}, DatasetConfig::BY_VALUE).findings.problems,
              ElementsAre(HasSubstr("/train:2: class \"cat\" is no whole number, as class_order: BY_VALUE asks for")));
}

TEST(ClassResolutionTest, GivenNamesSetTheOrder) {
  const Resolved resolved = Resolve({Part(Split::kTrain, {"dog", "cat"})}, DatasetConfig::LISTED, {{"dog", "cat", "bird"}});
  EXPECT_THAT(resolved.classes.names(), ElementsAre("dog", "cat", "bird"));
  EXPECT_THAT(LabelsOf(resolved.parts[0]), ElementsAre(0, 1));
  EXPECT_THAT(Resolve({Part(Split::kTrain, {"dog", "cats"})}, DatasetConfig::LISTED, {{"dog", "cat"}}).findings.problems,
              ElementsAre("/train:2: class \"cats\" not among the 2 given names; did you mean \"cat\"?"));
}

// W4, D10: {b, c, d} against {a, b, c} has equal counts, and by position every class would be
// another.
TEST(ClassResolutionTest, W4SplitsAreMatchedByName) {
  const Resolved resolved = Resolve({Part(Split::kTrain, {"a", "b", "c"}), Part(Split::kTest, {"c", "b"})});
  EXPECT_THAT(LabelsOf(resolved.parts[1]), ElementsAre(2, 1));
  EXPECT_THAT(resolved.findings.problems, IsEmpty());
  EXPECT_THAT(Resolve({Part(Split::kTrain, {"a", "b", "c"}), Part(Split::kValidation, {"b", "c", "d"})}).findings.problems,
              ElementsAre("/validation:3: class \"d\" (1) of the validation split, but not of training, which has \"a\" (1) beyond it; "
                          "classes are matched by their names: rename or remove them, or add training samples"));
}

TEST(ClassResolutionTest, NumbersAreLabels) {
  const Resolved resolved = Resolve({Numbers(Split::kTrain, {"2", "0"}), Numbers(Split::kTest, {"1"})});
  EXPECT_THAT(resolved.classes.names(), ElementsAre("0", "1", "2"));
  EXPECT_THAT(LabelsOf(resolved.parts[0]), ElementsAre(2, 0));
  EXPECT_THAT(LabelsOf(resolved.parts[1]), ElementsAre(1));
  EXPECT_THAT(LabelsOf(Resolve({Numbers(Split::kTrain, {"1", "40"}, /*offset=*/-1)}).parts[0]), ElementsAre(0, 39));
}

TEST(ClassResolutionTest, LabelsOutsideAreNamedWithTheFieldThatMendsThem) {
  const auto problems = [](std::vector<std::string> texts, int64_t offset, std::optional<std::vector<std::string>> names) {
    return Resolve({Numbers(Split::kTrain, texts, offset)}, DatasetConfig::BYTES, std::move(names)).findings.problems;
  };
  const std::vector<std::string> two = {"cat", "dog"};
  EXPECT_THAT(problems({"1", "2", "2"}, 0, two),
              ElementsAre("/train:2: label 2, the first of 2 labels outside the 2 classes; allowed are 0 to 1; labels begin at 1: set "
                          "label_offset: -1"));
  EXPECT_THAT(problems({"0", "7"}, 0, two), ElementsAre(AllOf(HasSubstr("allowed are 0 to 1;"), HasSubstr("name all 8 classes"))));
  EXPECT_THAT(problems({"0", "1", "-1", "-1"}, 0, std::nullopt),
              ElementsAre(AllOf(HasSubstr("/train:3: label -1, the first of 2 labels outside the 2 classes"), HasSubstr("unlabelled"))));
  EXPECT_THAT(problems({"0", "1000000007"}, 0, std::nullopt),
              ElementsAre(HasSubstr("/train:2: label 1000000007 would make 1000000008 classes")));
  EXPECT_THAT(problems({"0", "9223372036854775807"}, 0, std::nullopt), testing::SizeIs(1));
}

TEST(ClassResolutionTest, NegativeFoldersAreReported) {
  EXPECT_THAT(Resolve({Part(Split::kTrain, {"-1", "0", "1"})}, DatasetConfig::BY_VALUE).findings.problems,
              ElementsAre(HasSubstr("/train:1: label -1, the first of 1 labels outside the 2 classes")));
}

TEST(ClassResolutionTest, NumbersThatNoClassCanHaveAreReported) {
  constexpr int64_t kFarthest = int64_t{1} << 31;
  for (const int64_t offset : {-kFarthest, int64_t{0}, kFarthest}) {
    for (const char* text : {"1152921504606846977", "-1152921504606846977", "9223372036854775807", "-9223372036854775808"}) {
      const std::string expected = absl::StrCat("/train:1: label ", text, " is too large; is it another column, an id?");
      EXPECT_THAT(Resolve({Numbers(Split::kTrain, {text}, offset)}).findings.problems, ElementsAre(expected));
      EXPECT_THAT(Resolve({Numbers(Split::kTrain, {text}, offset)}, DatasetConfig::BYTES, {{"a", "b"}}).findings.problems,
                  ElementsAre(expected));
      EXPECT_THAT(Resolve({Part(Split::kTrain, {text})}, DatasetConfig::BY_VALUE).findings.problems, ElementsAre(expected));
      EXPECT_THAT(Resolve({Part(Split::kTrain, {"cat"}), Numbers(Split::kTest, {text}, offset)}, DatasetConfig::LISTED, {{"cat", "dog"}})
                      .findings.problems,
                  ElementsAre(HasSubstr("not among the 2 given names")));
    }
  }
  // The list itself says that this is no number.
  EXPECT_THAT(Resolve({Numbers(Split::kTrain, {"cat"}, -kFarthest)}, DatasetConfig::BYTES, {{"a", "b"}}).findings.problems,
              ElementsAre(HasSubstr("; correct the labels")));
}

TEST(ClassResolutionTest, NamesArePlainText) {
  EXPECT_THAT(Resolve({Part(Split::kTrain, {"cat", "d\nog", "caf\xe9", "caf\xc3\xa9"})}).findings.problems,
              ElementsAre("/train:2: class \"d\\nog\" holds a control character; rename it",
                          "/train:3: class \"caf\\xe9\" is not UTF-8; rename it"));
  EXPECT_THAT(Resolve({Part(Split::kTrain, {"a", "b"}), Part(Split::kUnlabelled, {"caf\xe9"})}).findings.problems, IsEmpty());
  std::vector<std::string> many;
  for (int i = 0; i < 25; ++i) many.push_back(absl::StrCat("\x1b", i));
  EXPECT_THAT(Resolve({Part(Split::kTrain, many)}).findings.problems, testing::SizeIs(11));
}

TEST(ClassResolutionTest, NumbersAndNamesMeetOnlyInAList) {
  const auto parts = [] { return std::vector<DatasetPart>{Part(Split::kTrain, {"cat", "dog"}), Numbers(Split::kTest, {"1", "0"})}; };
  EXPECT_THAT(Resolve(parts()).findings.problems,
              ElementsAre("/test: its labels are numbers (1), those of /train are names (\"cat\"); give class_names, in the order of the "
                          "numbers, or set class_order: BY_VALUE"));
  const Resolved listed = Resolve(parts(), DatasetConfig::LISTED, {{"dog", "cat"}});
  EXPECT_THAT(listed.findings.problems, IsEmpty());
  EXPECT_THAT(LabelsOf(listed.parts[0]), ElementsAre(1, 0));
  EXPECT_THAT(LabelsOf(listed.parts[1]), ElementsAre(1, 0));
}

TEST(ClassResolutionTest, UnlabelledPartsKeepTheirTruthHidden) {
  const Resolved resolved = Resolve({Part(Split::kTrain, {"a", "b"}), Part(Split::kUnlabelled, {"b", "other", ""})});
  EXPECT_THAT(resolved.findings.problems, IsEmpty());
  EXPECT_THAT(LabelsOf(resolved.parts[1]), ElementsAre(-1, -1, -1));
  EXPECT_EQ(resolved.parts[1].samples.records[0].hidden_label, 1);
  EXPECT_EQ(resolved.parts[1].samples.records[1].hidden_label, -1);
}

TEST(NaturalLessTest, CountsDigitsByValue) {
  const std::vector<std::string> sorted = {"",   "0",   "00",  "1",  "01",  "2",     "9",      "10", "a",
                                           "a1", "a01", "a1b", "a2", "a10", "a10b2", "a10b10", "b"};
  for (size_t i = 0; i < sorted.size(); ++i) {
    for (size_t j = 0; j < sorted.size(); ++j) {
      // "1" and "01" are told apart by their bytes, whatever the order.
      const bool twins = (sorted[i] == "1" || sorted[i] == "01") && (sorted[j] == "1" || sorted[j] == "01");
      const bool other_twins = sorted[i].substr(0, 2) == "a0" || sorted[j].substr(0, 2) == "a0";
      if (!twins && !other_twins) {
        EXPECT_EQ(NaturalLess(sorted[i], sorted[j]), i < j) << sorted[i] << " " << sorted[j];
      }
    }
  }
}

TEST(NaturalLessTest, IsAStrictOrder) {
  std::mt19937 random(5);
  const auto text = [&] {
    std::string result;
    for (int length = random() % 6; length > 0; --length) result += "0129ab"[random() % 6];
    return result;
  };
  for (int i = 0; i < 20000; ++i) {
    const std::string a = text(), b = text(), c = text();
    EXPECT_FALSE(NaturalLess(a, a)) << a;
    if (a != b) {
      EXPECT_NE(NaturalLess(a, b), NaturalLess(b, a)) << a << " " << b;
    }
    if (NaturalLess(a, b) && NaturalLess(b, c)) {
      EXPECT_TRUE(NaturalLess(a, c)) << a << " " << b << " " << c;
    }
  }
}

}  // namespace
}  // namespace mica
