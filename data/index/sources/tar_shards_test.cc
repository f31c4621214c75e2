#include "data/index/sources/tar_shards.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/test_files.h"
#include "data/index/sources/tar_test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class TarShardsTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const { return absl::StrCat(folder_, "/", name); }

  void Write(absl::string_view name, const std::vector<TarTestMember>& members) const { WriteTestFile(Path(name), TarBytes(members)); }

  TarShardsConfig Config(absl::string_view files, const std::string& text = "") const {
    TarShardsConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
    config.set_files(Path(files));
    return config;
  }

  SampleList List(absl::string_view files, const std::string& text = "") const {
    const TarShardsConfig config = Config(files, text);
    return TarShards(config).List();
  }

  // The only problem of one shard with these members.
  std::string ProblemOf(const std::vector<TarTestMember>& members, const std::string& text = "") const {
    Write("s.tar", members);
    const SampleList list = List("s.tar", text);
    return list.problems.size() == 1 ? list.problems[0] : absl::StrCat(list.problems.size(), " problems");
  }

  const std::string folder_ = MakeTestFolder("tar_shards");
};

// What the record says, read from the file: "MEMBER=BYTES LABEL".
std::string Shown(const ImageRecord& record, const SampleList& list) {
  const SampleFile& file = list.files[record.file];
  const std::string bytes = ReadFile(file.path)->substr(record.offset, record.length);
  return absl::StrCat(file.relative_path(), "#", (*file.members)[record.position], "=", bytes, " ",
                      record.label < 0 ? "-" : list.labels[record.label].text);
}

TEST_F(TarShardsTest, TheFingerprintKnowsTheOffsetOfLabels) {
  Write("s.tar", {{"1.jpg", "x"}, {"1.cls", "1"}});
  EXPECT_EQ(List("s.tar").fingerprint_lines + "label_offset -1\n", List("s.tar", "label_offset: -1").fingerprint_lines);
}

std::vector<std::string> Shown(const SampleList& list) {
  std::vector<std::string> shown;
  for (const ImageRecord& record : list.records) shown.push_back(Shown(record, list));
  return shown;
}

TEST_F(TarShardsTest, ListsPicturesWithTheirLabels) {
  Write("t-0.tar", {{"a/1.jpg", "JPEG1"}, {"a/1.cls", "cat\n"}, {"a/2.cls", "dog"}, {"a/2.seg.png", "mask"}, {"a/2.JPG", "JPEG2"}});
  Write("t-1.tar", {{"readme", "x"}, {".hidden.jpg", "x"}, {"3.input.png", "PNG3"}, {"3.npy", "x"}, {"3.cls", " cat "}});
  const SampleList list = List("t-{0..1}.tar");
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(list.warnings, IsEmpty());
  EXPECT_THAT(Shown(list), ElementsAre("t-0.tar#a/1.jpg=JPEG1 cat", "t-0.tar#a/2.JPG=JPEG2 dog", "t-1.tar#3.input.png=PNG3 cat"));
  ASSERT_THAT(list.labels, SizeIs(2));
  EXPECT_EQ(list.labels[0].samples, 2);
  EXPECT_EQ(list.labels[1].first_place, Path("t-0.tar#a/2.JPG"));
  EXPECT_FALSE(list.labels_are_numbers);
  EXPECT_FALSE(list.files[0].raw.has_value());
  EXPECT_EQ(list.files[0].bytes, nullptr);
  EXPECT_EQ(list.origin, Path("t-{0..1}.tar"));
}

TEST_F(TarShardsTest, TheFirstSampleSaysWhereLabelsAre) {
  Write("s.tar", {{"1.jpg", "x"}, {"1.txt", "7"}, {"1.cls", "5"}, {"2.jpg", "y"}, {"2.txt", "8"}, {"2.cls", "6"}});
  EXPECT_THAT(Shown(List("s.tar")), ElementsAre("s.tar#1.jpg=x 5", "s.tar#2.jpg=y 6"));
  EXPECT_TRUE(List("s.tar").labels_are_numbers);
  EXPECT_THAT(Shown(List("s.tar", "label_extension: '.TXT'")), ElementsAre("s.tar#1.jpg=x 7", "s.tar#2.jpg=y 8"));
  EXPECT_FALSE(List("s.tar", "labels: NAMES").labels_are_numbers);
  EXPECT_EQ(List("s.tar", "label_offset: -5").label_offset, -5);
  Write("s.tar", {{"1.jpg", "x"}, {"1.txt", "7"}});
  EXPECT_THAT(Shown(List("s.tar")), ElementsAre("s.tar#1.jpg=x 7"));
}

TEST_F(TarShardsTest, ReadsLabelsFromJson) {
  Write("s.tar", {{"1.jpg", "x"}, {"1.json", R"({"class": "cat"})"}, {"2.jpg", "y"}, {"2.json", R"({"class": 12})"}});
  EXPECT_THAT(Shown(List("s.tar", "label_field: 'class' labels: NAMES")), ElementsAre("s.tar#1.jpg=x cat", "s.tar#2.jpg=y 12"));
  EXPECT_THAT(
      List("s.tar").problems,
      ElementsAre(
          Path("s.tar: the label of sample s.tar#1 is in its \".json\" member; say under which key: tar_shards { label_field: \"…\" }")));
  EXPECT_EQ(ProblemOf({{"1.jpg", "x"}, {"1.json", "{\"class\": "}}, "label_field: 'class'"),
            Path("s.tar: 1 samples have no usable label in their member \".json\" (s.tar#1.json is not valid JSON at byte 10); correct "
                 "them, or name another "
                 "member in label_extension"));
  EXPECT_THAT(ProblemOf({{"1.jpg", "x"}, {"1.json", std::string((1 << 20) + 1, ' ')}}, "label_field: 'class'"),
              HasSubstr("s.tar#1.json has 1048577 bytes, at most 1048576 are read"));
}

TEST_F(TarShardsTest, UnlabelledShardsNeedNoLabels) {
  Write("s.tar", {{"1.jpg", "x"}, {"2.jpg", "y"}, {"2.cls", "3"}});
  const TarShardsConfig config = Config("s.tar", "labels: NONE");
  EXPECT_FALSE(TarShards(config).IsLabelled());
  const SampleList list = TarShards(config).List();
  EXPECT_THAT(list.problems, IsEmpty());
  EXPECT_THAT(list.labels, IsEmpty());
  EXPECT_THAT(Shown(list), ElementsAre("s.tar#1.jpg=x -", "s.tar#2.jpg=y -"));
}

TEST_F(TarShardsTest, NamesSamplesThatCannotBeUsed) {
  EXPECT_EQ(ProblemOf({{"1.cls", "3"}, {"1.npy", "x"}, {"2.jpg", "x"}, {"2.cls", "3"}}),
            Path("s.tar: 1 samples have no picture (s.tar#1 has .cls .npy); a sample needs one member of .jpg, .jpeg, .jpe, .jfif, .png, "
                 ".bmp, .webp, "
                 ".ppm, .pgm, .pbm, .pnm"));
  EXPECT_EQ(ProblemOf({{"1.jpg", "x"}, {"1.png", "x"}, {"1.cls", "3"}}),
            Path("s.tar: 1 samples have several pictures (s.tar#1); a sample is what shares its name up to the first dot; leave one "
                 "picture in each"));
  EXPECT_THAT(ProblemOf({{"1.a.jpg", "x"}, {"1.b.jpg", "x"}, {"1.cls", "3"}}), HasSubstr("1 samples have several pictures (s.tar#1)"));
  EXPECT_THAT(ProblemOf({{"1.jpg", ""}, {"1.cls", "3"}}), HasSubstr("1 samples have an empty picture (s.tar#1)"));
  std::vector<TarTestMember> members = {{"0.jpg", "x"}, {"0.cls", "3"}};
  for (int i = 1; i < 6; ++i) members.push_back({absl::StrCat(i, ".jpg"), "x"});
  members.push_back({"5.cls", "\n"});
  EXPECT_EQ(ProblemOf(members),
            Path("s.tar: 5 samples have no label in a member \".cls\" (s.tar#1, s.tar#2, s.tar#3, …); label them, or list them as "
                 "dataset { unlabelled { … } } with `labels: NONE`"));
  EXPECT_THAT(ProblemOf({{"1.jpg", "x"}, {"1.cls", "3"}, {"1.cls", "4"}}), HasSubstr("1 samples have several members \".cls\" (s.tar#1)"));
  EXPECT_THAT(ProblemOf({{"1.jpg", "x"}, {"1.txt", "a cat\non a mat"}}),
              HasSubstr("(s.tar#1.txt holds several lines or control characters, expected a label)"));
  EXPECT_THAT(ProblemOf({{"1.jpg", "x"}, {"1.txt", std::string(1001, 'x')}}),
              HasSubstr("s.tar#1.txt has 1001 bytes, at most 1000 are read"));
  EXPECT_THAT(ProblemOf({{"1.jpg", "x"}, {"1.npy", "3"}}),
              HasSubstr("sample s.tar#1 has no \".cls\", \".txt\" or \".json\" member for its label; it has .jpg, .npy; name the one"));
  EXPECT_THAT(ProblemOf({{"cat/1.jpg", "x"}}), HasSubstr(". If its folder is its class, unpack the archive and take class_folders"));
  EXPECT_THAT(ProblemOf({{"0.jpg", "x"}, {"0.cls", "3"}, {"1.jpg", "", '1'}, {"1.cls", "3"}}), "2 problems");
  EXPECT_THAT(List("s.tar").problems[0],
              HasSubstr("1 samples are stored as links or devices (s.tar#1.jpg); pack them again with tar --dereference"));
}

TEST_F(TarShardsTest, MembersOfASampleLieSideBySide) {
  EXPECT_EQ(
      ProblemOf({{"1.jpg", "x"}, {"2.jpg", "x"}, {"1.cls", "3"}, {"2.cls", "3"}}, "label_extension: 'cls'"),
      Path(
          "s.tar: 2 samples have members that do not lie side by side (s.tar#1, s.tar#2); pack the shards again in the order of names (tar "
          "--sort=name)"));
}

TEST_F(TarShardsTest, WarnsOfWhatMayBeWrong) {
  Write("a.tar", {{"1.jpg", "x"}, {"1.cls", "3"}});
  Write("b.tar", {{"0.jpg", "x"}, {"0.cls", "3"}, {"1.jpg", "y"}, {"1.cls", "3"}});
  Write("c.tar", {});
  WriteTestFile(Path("d.tar"), TarMembers({{"2.jpg", "x"}, {"2.cls", "3"}}));
  EXPECT_THAT(List("?.tar").warnings,
              ElementsAre(Path("?.tar: 1 samples are named as one of another shard (a.tar#1.jpg and b.tar#1.jpg); are they the same?"),
                          Path("?.tar: 1 shards end without the end mark of tar files; are they whole? (d.tar)"),
                          Path("?.tar: 1 shards hold no samples (c.tar)")));
}

TEST_F(TarShardsTest, SaysWhatShardsHoldInsteadOfSamples) {
  EXPECT_THAT(ProblemOf({}),
              HasSubstr("no samples in 1 shards; they hold no members named KEY.EXTENSION; a sample needs a member of .jpg"));
  WriteTestFile(Path("a.tar"), Gzip(TarBytes({{"1.jpg", "x"}})));
  WriteTestFile(Path("b.tar"), TarBytes({{"1.jpg", std::string(1000, 'x')}}).substr(0, 1000));
  Write("c.tar", {{"1.jpg", "x"}, {"1.cls", "3"}});
  EXPECT_THAT(List("?.tar").problems, ElementsAre(StartsWith(Path("a.tar: is no tar file; it is compressed with gzip")),
                                                  StartsWith(Path("b.tar: cut after 1000 of 1512 bytes (member 1.jpg)"))));
  EXPECT_THAT(List("x*.tar").problems,
              ElementsAre(AllOf(HasSubstr("no file there matches \"x*.tar\""), HasSubstr("it holds a.tar, b.tar, c.tar"))));
}

TEST_F(TarShardsTest, FingerprintCoversNamesLabelsAndLengths) {
  const auto lines = [&](const std::string& key, const std::string& label, const std::string& picture) {
    Write("s.tar", {{key + ".jpg", picture}, {key + ".cls", label}, {"z.jpg", "z"}, {"z.cls", "1"}});
    return List("s.tar").fingerprint_lines;
  };
  const std::string lines_before = lines("1", "3", "xx");
  EXPECT_EQ(lines_before, "4a555a9996e030a1 2\n");  // as computed by the xxhash package of Python
  EXPECT_EQ(lines("1", "3\n", "yy"), lines_before);
  EXPECT_NE(lines("2", "3", "xx"), lines_before);
  EXPECT_NE(lines("1", "4", "xx"), lines_before);
  EXPECT_NE(lines("1", "3", "xxx"), lines_before);
  WriteTestFile(Path("t.tar"), *ReadFile(Path("s.tar")));
  EXPECT_NE(List("t.tar").fingerprint_lines, List("s.tar").fingerprint_lines);
}

// More shards than threads, of different sizes: the same list each time, in order.
TEST_F(TarShardsTest, ThreadsDoNotChangeTheOrder) {
  std::mt19937 random(11);
  std::vector<std::string> expected;
  for (int shard = 0; shard < 40; ++shard) {
    std::vector<TarTestMember> members;
    const std::string name = absl::StrCat("t-", shard / 10, shard % 10, ".tar");
    for (size_t i = 0; i < random() % 30; ++i) {
      const std::string key = absl::StrCat("k", shard, "_", i);
      const std::string bytes(1 + random() % 3000, static_cast<char>('a' + i % 26));
      const std::string label = absl::StrCat("c", random() % 7);
      members.push_back({key + ".png", bytes});
      members.push_back({key + ".cls", label});
      expected.push_back(absl::StrCat(name, "#", key, ".png=", bytes, " ", label));
    }
    Write(name, members);
  }
  const SampleList first = List("t-*.tar");
  EXPECT_THAT(first.problems, IsEmpty());
  EXPECT_EQ(Shown(first), expected);
  for (int i = 0; i < 10; ++i) {
    const SampleList again = List("t-*.tar");
    EXPECT_EQ(Shown(again), expected);
    EXPECT_EQ(again.fingerprint_lines, first.fingerprint_lines);
  }
}

TEST_F(TarShardsTest, ValidatesItsSettings) {
  const auto problems_of = [](const std::string& text) {
    TarShardsConfig config;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config)) << text;
    ConfigProblems problems;
    TarShards(config).Validate("s", &problems);
    std::vector<std::string> messages;
    for (const ConfigProblem& problem : problems.all()) messages.push_back(problem.message);
    return messages;
  };
  EXPECT_THAT(problems_of("files: '/d/*.tar'"), IsEmpty());
  EXPECT_THAT(problems_of("files: '/d/*.tar' label_field: 'class'"), IsEmpty());
  EXPECT_THAT(problems_of("files: '/d/*.tar' label_extension: 'meta.json' label_field: 'class'"), IsEmpty());
  EXPECT_THAT(problems_of("files: '/d/*.tar' labels: NONE"), IsEmpty());
  EXPECT_THAT(problems_of(""), ElementsAre(StartsWith("s.files is required: the path of the shards")));
  EXPECT_THAT(problems_of("files: '/d/{0..9.tar'"), ElementsAre("s.files \"{0..9.tar\": the brace is never closed"));
  EXPECT_THAT(problems_of("files: '/d' label_extension: '.json'"),
              ElementsAre(StartsWith("s.label_field is required: the key of the label")));
  EXPECT_THAT(problems_of("files: '/d' label_extension: 'cls' label_field: 'x'"),
              ElementsAre(StartsWith("s.label_field is for \".json\" members")));
  EXPECT_THAT(problems_of("files: '/d' label_extension: 'JPG'"), ElementsAre(StartsWith("s.label_extension is that of pictures")));
  EXPECT_THAT(problems_of("files: '/d' labels: NONE label_extension: 'cls' label_field: 'x' label_offset: 1"),
              ElementsAre(StartsWith("s.label_extension has no effect"), StartsWith("s.label_field has no effect"),
                          StartsWith("s.label_offset has no effect")));
}

// Whatever is damaged: a list, or reasons.
TEST_F(TarShardsTest, SurvivesMutatedShards) {
  std::mt19937 random(42);
  const std::string sound =
      TarBytes({{"1.jpg", "x"}, {"1.json", R"({"label": "a"})"}, {"2.jpg", "y"}, {"2.json", R"({"label": "b"})"}}, TarFormat::kPax)
          .substr(0, 9216);
  int listed = 0;
  constexpr int kShards = 3000;
  for (int i = 0; i < kShards; ++i) {
    std::string bytes = sound;
    for (size_t change = random() % 3; change > 0; --change) bytes[512 * (random() % 16) + random() % 30] = static_cast<char>(random());
    WriteTestFile(Path("s.tar"), bytes);
    const SampleList list = List("s.tar", "label_field: 'label'");
    listed += list.problems.empty();
    EXPECT_EQ(Shown(list).size(), list.records.size());
  }
  EXPECT_GT(listed, kShards / 10);
  EXPECT_LT(listed, kShards * 9 / 10);
}

}  // namespace
}  // namespace mica
