#include "data/index/split_drawing.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DatasetConfig Config(const std::string& text) {
  DatasetConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
  return config;
}

// A pool with these paths below its folder; the class is the first letter, from "a".
DatasetPart Pool(const std::vector<std::string>& paths) {
  DatasetPart part;
  part.is_pool = true;
  part.samples.origin = "/d";
  for (const std::string& path : paths) {
    SampleFile& file = part.samples.files.emplace_back();
    file.path = absl::StrCat("/d/", path);
    file.relative_begin = 3;
    ImageRecord& record = part.samples.records.emplace_back();
    record.file = static_cast<int32_t>(part.samples.files.size() - 1);
    record.label = path[0] - 'a';
  }
  return part;
}

// `per_class` pictures of each class: "a/0", "a/1", …, "b/0", …
std::vector<std::string> Paths(int classes, int per_class) {
  std::vector<std::string> paths;
  for (int label = 0; label < classes; ++label) {
    for (int i = 0; i < per_class; ++i) paths.push_back(absl::StrCat(std::string(1, static_cast<char>('a' + label)), "/", i));
  }
  return paths;
}

// "a", "b", …
ClassMap Letters(int classes) {
  std::vector<std::string> names;
  for (int label = 0; label < classes; ++label) names.emplace_back(1, static_cast<char>('a' + label));
  return ClassMap(names);
}

struct Drawn {
  DrawnSplits result;
  std::vector<DatasetPart> parts;

  std::map<std::string, Split> Splits() const {
    std::map<std::string, Split> splits;
    for (const ImageRecord& record : parts[0].samples.records) {
      splits[std::string(parts[0].samples.files[record.file].relative_path())] = record.split;
    }
    return splits;
  }
  int Count(Split split, int label) const {
    int count = 0;
    for (const ImageRecord& record : parts[0].samples.records) count += record.split == split && record.label == label;
    return count;
  }
};

Drawn Draw(const std::string& config, const std::vector<std::string>& paths, int classes = 3) {
  Drawn drawn;
  drawn.parts.push_back(Pool(paths));
  drawn.result = DrawSplits(Config(config), Letters(classes), &drawn.parts);
  return drawn;
}

TEST(SplitDrawingTest, NothingIsDrawnUnasked) {
  for (const auto& [path, split] : Draw("", Paths(3, 20)).Splits()) EXPECT_EQ(split, Split::kTrain) << path;
}

TEST(SplitDrawingTest, AddingFilesMovesNoOther) {
  const char kConfig[] = "validation_fraction: 0.2 test_fraction: 0.2";
  const auto before = Draw(kConfig, Paths(3, 50)).Splits();
  const auto after = Draw(kConfig, Paths(4, 90), /*classes=*/4).Splits();
  EXPECT_THAT(after, SizeIs(360));
  std::set<Split> seen;
  for (const auto& [path, split] : before) {
    EXPECT_EQ(after.at(path), split) << path;
    seen.insert(split);
  }
  EXPECT_THAT(seen, SizeIs(3));
}

// The labels of "a" and "b" become others.
TEST(SplitDrawingTest, AddingAClassInFrontMovesNoSample) {
  for (const bool are_numbers : {false, true}) {
    const auto draw = [&](std::vector<std::string> names, int first_label) {
      Drawn drawn;
      drawn.parts.push_back(Pool(Paths(2, 100)));
      drawn.parts[0].samples.labels_are_numbers = are_numbers;
      for (ImageRecord& record : drawn.parts[0].samples.records) record.label += first_label;
      DrawSplits(Config("validation_fraction: 0.2 test_fraction: 0.2 subset { per_class: 20 } labelled_per_class: 5"),
                 ClassMap(std::move(names)), &drawn.parts);
      return drawn.Splits();
    };
    // Numbers are other classes if they change.
    EXPECT_EQ(draw({"a", "b"}, 0) == draw({"Aardvark", "a", "b"}, 1), !are_numbers);
    EXPECT_EQ(draw({"a", "b"}, 0) == draw({"A", "B"}, 0), are_numbers);
  }
}

TEST(SplitDrawingTest, OnlyThePoolIsDrawnFrom) {
  std::vector<DatasetPart> parts = {Pool(Paths(2, 50)), Pool(Paths(2, 50)), Pool(Paths(2, 50))};
  parts[1].is_pool = parts[2].is_pool = false;
  parts[2].split = Split::kTest;
  DrawSplits(Config("validation_fraction: 0.5"), Letters(2), &parts);
  for (const ImageRecord& record : parts[1].samples.records) EXPECT_EQ(record.split, Split::kTrain);
  for (const ImageRecord& record : parts[2].samples.records) EXPECT_EQ(record.split, Split::kTest);
}

// Every sample is held out once.
TEST(SplitDrawingTest, FoldsPartitionThePool) {
  std::map<std::string, int> held_out;
  for (int fold = 1; fold <= 5; ++fold) {
    const Drawn drawn = Draw(absl::StrCat("test_fraction: 0.2 fold { of: 5 index: ", fold, " }"), Paths(3, 100));
    for (const auto& [path, split] : drawn.Splits()) held_out[path] += split == Split::kValidation ? 1 : split == Split::kTest ? 100 : 0;
    for (int label = 0; label < 3; ++label) EXPECT_NEAR(drawn.Count(Split::kValidation, label), 16, 4 * 3.7);
  }
  int in_test = 0;
  for (const auto& [path, times] : held_out) {
    EXPECT_TRUE(times == 1 || times == 500) << path << " " << times;
    in_test += times == 500;
  }
  EXPECT_NEAR(in_test, 60, 28);
}

TEST(SplitDrawingTest, GroupsStayTogether) {
  std::vector<std::string> paths;
  for (int patient = 0; patient < 60; ++patient) {
    for (int shot = 0; shot < 4; ++shot) paths.push_back(absl::StrCat(shot % 2 ? "a" : "b", "/patient", patient, "_", shot));
  }
  const Drawn drawn = Draw("validation_fraction: 0.3 test_fraction: 0.2 group_pattern: '/(patient\\\\d+)_'", paths);
  EXPECT_THAT(drawn.result.problems, IsEmpty());
  EXPECT_THAT(drawn.parts[0].samples.groups, SizeIs(60));
  std::map<int32_t, std::set<Split>> splits;
  std::set<Split> all;
  for (const ImageRecord& record : drawn.parts[0].samples.records) {
    splits[record.group].insert(record.split);
    all.insert(record.split);
  }
  EXPECT_THAT(splits, SizeIs(60));
  for (const auto& [group, of_group] : splits) EXPECT_THAT(of_group, SizeIs(1)) << group;
  EXPECT_THAT(all, SizeIs(3));
}

TEST(SplitDrawingTest, EverySampleNeedsAGroup) {
  EXPECT_THAT(Draw("validation_fraction: 0.3 group_pattern: '^(a)/'", {"a/1", "b/1", "b/2", "b/3", "b/4"}).result.problems,
              ElementsAre("/d: group_pattern \"^(a)/\" does not match 4 of the 5 paths: \"b/1\", \"b/2\", \"b/3\", …; every sample needs a "
                          "group"));
}

TEST(SplitDrawingTest, AnEmptyGroupIsNone) {
  EXPECT_THAT(Draw("validation_fraction: 0.3 group_pattern: '^(p?)'", {"a/1", "b/1", "p/1"}, 16).result.problems,
              ElementsAre(HasSubstr("does not match 2 of the 3 paths: \"a/1\", \"b/1\"; every")));
}

TEST(SplitDrawingTest, OnlyWhatIsDrawnNeedsAGroup) {
  std::vector<DatasetPart> parts = {Pool({"a/p1", "b/p2", "a/x"}), Pool({"a/x"}), Pool({"a/x"})};
  parts[0].samples.records[2].label = -1;
  parts[1].is_pool = parts[2].is_pool = false;
  parts[1].split = Split::kTest;
  parts[2].split = Split::kUnlabelled;
  EXPECT_THAT(DrawSplits(Config("validation_fraction: 0.3 group_pattern: '/(p.)'"), Letters(2), &parts).problems, IsEmpty());
  EXPECT_THAT(parts[0].samples.groups, ElementsAre("p1", "p2"));
  EXPECT_THAT(DrawSplits(Config("group_pattern: '(q)'"), Letters(2), &parts).problems, IsEmpty()) << "nothing is drawn";
}

TEST(SplitDrawingTest, SubsetKeepsTheSameFewOfEachClass) {
  const char kConfig[] = "validation_fraction: 0.3 subset { per_class: 5 validation_per_class: 2 }";
  const Drawn few = Draw(kConfig, Paths(3, 60));
  for (int label = 0; label < 3; ++label) {
    EXPECT_EQ(few.Count(Split::kTrain, label), 5);
    EXPECT_EQ(few.Count(Split::kValidation, label), 2);
  }
  // Of more files, those remain that are not displaced by new ones.
  const auto all = Draw("validation_fraction: 0.3", Paths(3, 61)).Splits();
  const auto more = Draw(kConfig, Paths(3, 61)).Splits();
  int kept = 0;
  for (const auto& [path, split] : few.Splits()) kept += more.count(path);
  EXPECT_GE(kept, 21 - 3);
  for (const auto& [path, split] : more) EXPECT_EQ(all.at(path), split);
  EXPECT_THAT(Draw("subset { per_class: 100 }", Paths(3, 60)).Splits(), SizeIs(180));
}

TEST(SplitDrawingTest, SomeTrainingSamplesKeepTheirLabels) {
  const Drawn four = Draw("validation_fraction: 0.2 labelled_per_class: 4", Paths(3, 60));
  for (int label = 0; label < 3; ++label) EXPECT_EQ(four.Count(Split::kTrain, label), 4);
  int hidden = 0;
  for (const ImageRecord& record : four.parts[0].samples.records) {
    if (record.split != Split::kUnlabelled) continue;
    EXPECT_EQ(record.label, -1);
    EXPECT_EQ(record.hidden_label, four.parts[0].samples.files[record.file].relative_path()[0] - 'a');
    ++hidden;
  }
  EXPECT_EQ(hidden + 12 + four.Count(Split::kValidation, 0) + four.Count(Split::kValidation, 1) + four.Count(Split::kValidation, 2), 180);
  EXPECT_NEAR(Draw("labelled_fraction: 0.25", Paths(1, 400), 1).Count(Split::kTrain, 0), 100, 35);
  EXPECT_EQ(Draw("labelled_fraction: 1e-9", Paths(1, 400), 1).Count(Split::kTrain, 0), 1);
}

TEST(SplitDrawingTest, UnmatchedPicturesOfThePoolAreUnlabelled) {
  std::vector<DatasetPart> parts = {Pool(Paths(2, 3))};
  parts[0].samples.records[1].label = -1;
  DrawSplits(Config("validation_fraction: 0.5"), Letters(2), &parts);
  EXPECT_EQ(parts[0].samples.records[1].split, Split::kUnlabelled);
}

// Whatever the fix says is so.
TEST(SplitDrawingTest, TheSmallestFixHelps) {
  int fixes = 0;
  for (int seed = 0; seed < 200; ++seed) {
    const std::string seeded = absl::StrCat(" split_seed: ", seed, " ");
    const Drawn drawn = Draw(absl::StrCat("validation_fraction: 0.5 test_fraction: 0.3", seeded), {"a/1", "a/2"}, 1);
    if (drawn.Count(Split::kTrain, 0) > 0) continue;
    const std::string fix = SmallestFix(Config("validation_fraction: 0.5 test_fraction: 0.3"), drawn.result.positions[0], Split::kTrain);
    ASSERT_THAT(fix, HasSubstr(" keeps 1 for training")) << seed;
    const std::string changed = fix.substr(0, fix.find(" keeps"));
    const bool is_validation = changed[0] == 'v';
    const Drawn fixed =
        Draw(absl::StrCat(is_validation ? "test_fraction: 0.3 " : "validation_fraction: 0.5 ", changed, seeded), {"a/1", "a/2"}, 1);
    EXPECT_EQ(fixed.Count(Split::kTrain, 0), 1) << fix;
    ++fixes;
  }
  EXPECT_GT(fixes, 50);

  // So small a fraction would have to grow many times over.
  const Drawn none = Draw("validation_fraction: 0.001", {"a/1", "a/2"}, 1);
  EXPECT_EQ(SmallestFix(Config("validation_fraction: 0.001"), none.result.positions[0], Split::kValidation), "");
  int given = 0;
  for (int seed = 0; seed < 50; ++seed) {
    const std::string seeded = absl::StrCat(" split_seed: ", seed, " ");
    const Drawn drawn = Draw("validation_fraction: 0.3" + seeded, {"a/1", "a/2"}, 1);
    if (drawn.Count(Split::kValidation, 0) > 0) continue;
    const std::string fix = SmallestFix(Config("validation_fraction: 0.3"), drawn.result.positions[0], Split::kValidation);
    if (fix.empty()) continue;
    EXPECT_EQ(Draw(fix.substr(0, fix.find(" gives")) + seeded, {"a/1", "a/2"}, 1).Count(Split::kValidation, 0), 1) << fix;
    ++given;
  }
  EXPECT_GT(given, 5);
}

}  // namespace
}  // namespace mica
