#include "data/index/sources/listed_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(FileIndexTest, FindsAsAMapDoes) {
  Rng rng(1, static_cast<RngStream>(0), 0, 0);
  std::vector<SampleFile> files;
  FileIndex index(files);
  std::map<std::string, int32_t> expected;
  for (int i = 0; i < 50000; ++i) {
    const std::string path = absl::StrCat("/d/", rng.UniformBelow(20000));
    const auto [found, is_new] = expected.insert({path, static_cast<int32_t>(files.size())});
    ASSERT_EQ(index.FindOrEnter(path), is_new ? -1 : found->second);
    if (is_new) files.emplace_back().path = path;
  }
  EXPECT_GT(files.size(), 10000);
}

class ListedSamplesTest : public testing::Test {
 protected:
  ListedSamplesTest() {
    settings_.config_name = "csv";
    settings_.list_path = folder_ + "/x.csv";
    for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) WriteTestFile(absl::StrCat(folder_, "/", name), "x");
  }

  SampleList ListOf(const std::vector<ListedRow>& rows, SourceConfig::Labels labels = SourceConfig::AUTO) {
    ListedSamples samples(settings_, {labels, 0, "csv"});
    for (const ListedRow& row : rows) samples.Add(row);
    return samples.Finish();
  }

  const std::string folder_ = MakeTestFolder("listed_samples");
  ListSettings settings_;
};

TEST_F(ListedSamplesTest, SamplesKeepTheOrderOfTheRows) {
  const SampleList list = ListOf({{1, "b.jpg", "dog", "p2"}, {2, "a.jpg", "cat", "p1"}, {3, "c.jpg", "dog", "p2"}});
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(list.warnings, IsEmpty());
  EXPECT_EQ(list.origin, settings_.list_path);
  EXPECT_THAT(list.groups, ElementsAre("p2", "p1"));
  ASSERT_THAT(list.records, SizeIs(3));
  ASSERT_THAT(list.labels, SizeIs(2));
  const char* names[] = {"b.jpg", "a.jpg", "c.jpg"};
  const char* labels[] = {"dog", "cat", "dog"};
  for (int i = 0; i < 3; ++i) {
    const ImageRecord& record = list.records[i];
    EXPECT_EQ(list.files[record.file].path, absl::StrCat(folder_, "/", names[i]));
    EXPECT_EQ(list.files[record.file].relative_path(), names[i]);
    EXPECT_EQ(list.labels[record.label].text, labels[i]);
    EXPECT_EQ(list.groups[record.group], i == 1 ? "p1" : "p2");
    EXPECT_EQ(record.length, 0);
  }
  EXPECT_EQ(list.labels[0].first_place, settings_.list_path + ":1");
  EXPECT_EQ(list.labels[0].samples, 2);
}

TEST_F(ListedSamplesTest, WithoutLabelsAllStayUnlabelled) {
  const SampleList list = ListOf({{1, "a.jpg", std::nullopt, std::nullopt}, {2, "b.jpg", std::nullopt, std::nullopt}}, SourceConfig::NONE);
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(list.labels, IsEmpty());
  ASSERT_THAT(list.records, SizeIs(2));
  for (const ImageRecord& record : list.records) {
    EXPECT_EQ(record.label, -1);
    EXPECT_EQ(record.group, -1);
  }
}

TEST_F(ListedSamplesTest, ClassesMayHaveNoSamples) {
  ListedSamples samples(settings_, {SourceConfig::NAMES, 0, "csv"});
  samples.AddClass("owl", 1);
  samples.AddClass("cat", 1);
  samples.Add({2, "a.jpg", "cat", std::nullopt});
  const SampleList list = samples.Finish();
  ASSERT_THAT(list.labels, SizeIs(2));
  EXPECT_EQ(list.labels[0].text, "owl");
  EXPECT_EQ(list.labels[0].samples, 0);
  EXPECT_EQ(list.labels[1].samples, 1);
}

// M5
TEST_F(ListedSamplesTest, ARepeatedPathIsWarnedOf) {
  const SampleList list = ListOf({{1, "a.jpg", "cat", std::nullopt},
                                  {2, "b.jpg", "dog", std::nullopt},
                                  {5, "./a.jpg", "cat", std::nullopt},
                                  {9, folder_ + "/b.jpg", "dog", std::nullopt}});
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(list.warnings, ElementsAre(absl::StrCat(settings_.list_path,
                                                      ":5: \"./a.jpg\" stands in line 1 too, the first of 2 repeated lines; each is a "
                                                      "sample of its own")));
  ASSERT_THAT(list.records, SizeIs(4));
  EXPECT_THAT(list.files, SizeIs(2));
  EXPECT_EQ(list.records[2].file, 0);
  EXPECT_EQ(list.records[3].file, 1);
  EXPECT_EQ(list.labels[0].samples, 2);
}

TEST_F(ListedSamplesTest, ARepeatedPathWithAnotherLabelOrGroupIsRefused) {
  EXPECT_THAT(ListOf({{1, "a.jpg", "cat", std::nullopt}, {7, "a.jpg", "dog", std::nullopt}}).problems,
              ElementsAre(absl::StrCat(settings_.list_path, ":7: \"a.jpg\" has the label \"dog\", but line 1 gives it \"cat\"")));
  EXPECT_THAT(ListOf({{1, "a.jpg", "cat", "p1"}, {7, "a.jpg", "cat", "p2"}}).problems,
              ElementsAre(EndsWith(":7: \"a.jpg\" has the group \"p2\", but line 1 gives it \"p1\"")));
}

TEST_F(ListedSamplesTest, SaysWhatIsWrongWithARow) {
  const SampleList list = ListOf({{1, "../a.jpg", "cat", std::nullopt},
                                  {2, "a.jpg", "", std::nullopt},
                                  {3, "a.jpg", "c\nat", std::nullopt},
                                  {4, "a.jpg", "cat", ""},
                                  {5, "a.jpg ", "cat", std::nullopt}});
  EXPECT_THAT(list.problems,
              ElementsAre(EndsWith(absl::StrCat(":1: path \"../a.jpg\" leaves the dataset root (", folder_,
                                                "/); set csv { root_folder: … } to a folder above it, or write the path from \"/\" on")),
                          EndsWith(":2: the label of \"a.jpg\" is empty"), EndsWith(":3: label \"c\\nat\" holds a control character"),
                          EndsWith(":4: group is empty; every sample needs one"),
                          EndsWith(":5: path \"a.jpg \" has a blank at an end; remove it")));
}

TEST_F(ListedSamplesTest, LabelsAreNotTrimmed) {
  const SampleList list = ListOf({{1, "a.jpg", " cat ", std::nullopt}});
  EXPECT_EQ(list.labels[0].text, " cat ");
}

TEST_F(ListedSamplesTest, AListOfNothingIsRefused) {
  EXPECT_THAT(ListOf({}).problems, ElementsAre(settings_.list_path + ": lists no samples"));
}

TEST_F(ListedSamplesTest, TooManySamplesAreOneProblem) {
  settings_.max_samples = 2;
  const ListedRow rows[] = {
      {1, "a.jpg", "x", std::nullopt}, {2, "a.jpg", "x", std::nullopt}, {3, "b.jpg", "x", std::nullopt}, {4, "c.jpg", "x", std::nullopt}};
  EXPECT_THAT(ListOf({rows[0], rows[1]}).problems, IsEmpty());
  EXPECT_THAT(ListOf({rows[0], rows[1], rows[2], rows[3]}).problems,
              ElementsAre(settings_.list_path + ":3: more than 2 samples; divide the list"));
}

TEST_F(ListedSamplesTest, ProblemsOfLinesAndMissingFilesComeTogether) {
  EXPECT_THAT(ListOf({{1, "", "cat", std::nullopt}, {2, "no.jpg", "cat", std::nullopt}}).problems,
              ElementsAre(HasSubstr(":1: path \"\" is empty"), HasSubstr("no.jpg does not exist")));
}

TEST_F(ListedSamplesTest, RootAndSuffixComeFromTheSettings) {
  settings_.root_folder = folder_ + "/";
  settings_.list_path = "/elsewhere/x.csv";
  settings_.path_suffix = ".jpg";
  const SampleList list = ListOf({{1, "a", "cat", std::nullopt}});
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_EQ(list.files[0].path, folder_ + "/a.jpg");
  EXPECT_EQ(list.files[0].relative_path(), "a.jpg");
}

}  // namespace
}  // namespace mica
