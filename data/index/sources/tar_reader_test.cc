#include "data/index/sources/tar_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdlib>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
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

const std::string kLongFolder(90, 'f');
const std::string kLongName = absl::StrCat(kLongFolder, "/", std::string(60, 'n'), ".jpg");  // 155 bytes

std::string Zeros(size_t size) {
  return std::string(size, '\0');
}

class TarReaderTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<TarMember>> Walk(absl::string_view bytes) {
    WriteTestFile(path_, bytes);
    return WalkFile();
  }

  absl::StatusOr<std::vector<TarMember>> WalkFile() {
    TarReader reader(path_);
    MICA_RETURN_IF_ERROR(reader.Open());
    std::vector<TarMember> members;
    while (true) {
      TarMember member;
      MICA_ASSIGN_OR_RETURN(const bool found, reader.Next(&member));
      if (!found) break;
      members.push_back(member);
    }
    has_end_mark_ = reader.has_end_mark();
    return members;
  }

  // "NAME=CONTENT" of each file, taken from the bytes by the offsets.
  std::vector<std::string> Contents(absl::string_view bytes) {
    const auto members = Walk(bytes);
    if (!members.ok()) return {std::string(members.status().message())};
    std::vector<std::string> contents;
    for (const TarMember& member : *members) contents.push_back(absl::StrCat(member.name, "=", bytes.substr(member.offset, member.size)));
    return contents;
  }

  void ExpectFailure(absl::string_view bytes, const std::string& text) {
    EXPECT_THAT(Walk(bytes), Fails(ExitCode::kData, AllOf(StartsWith(path_ + ": "), HasSubstr(text))));
  }

  const std::string folder_ = MakeTestFolder("tar_reader");
  const std::string path_ = folder_ + "/shard.tar";
  bool has_end_mark_ = false;
};

TEST_F(TarReaderTest, FindsContentInEveryFormat) {
  const std::vector<TarTestMember> members = {
      {"a.jpg", "first"}, {kLongName, std::string(513, 'x')}, {"d/", "", '5'}, {"d/empty", ""}, {"./b.cls", "7\n"}};
  for (const TarFormat format : {TarFormat::kUstar, TarFormat::kGnu, TarFormat::kPax}) {
    EXPECT_THAT(Contents(TarBytes(members, format)),
                ElementsAre("a.jpg=first", absl::StrCat(kLongName, "=", std::string(513, 'x')), "d/empty=", "b.cls=7\n"));
    EXPECT_TRUE(has_end_mark_);
  }
  EXPECT_THAT(Contents(TarBytes({{"a.jpg", "first"}, {"d/", "", '\0'}, {"b", "2", '\0'}}, TarFormat::kV7)),
              ElementsAre("a.jpg=first", "b=2"));
}

// A name of exactly 100 bytes has no NUL behind it; one that is cut at a slash is no folder.
TEST_F(TarReaderTest, NamesMayFillTheirField) {
  const std::string name(100, 'n');
  EXPECT_THAT(Contents(TarBytes({{name, "x"}})), ElementsAre(name + "=x"));
  const std::string cut_at_slash = std::string(99, 'f') + "/n.jpg";
  for (const TarFormat format : {TarFormat::kGnu, TarFormat::kPax}) {
    EXPECT_THAT(Contents(TarBytes({{cut_at_slash, "x"}}, format)), ElementsAre(cut_at_slash + "=x"));
  }
}

TEST_F(TarReaderTest, ReadsSizesOfBothKinds) {
  const std::string magic("ustar  \0", 8);
  const std::string base256 = std::string("\x80", 1) + Zeros(9) + "\1\1";  // 257
  const std::string content(257, 'c');
  EXPECT_THAT(Contents(TarHeader("a", base256, '0', magic) + content + Zeros(255 + 1024)), ElementsAre("a=" + content));
  EXPECT_THAT(Contents(TarHeader("a", "        401 ", '0', magic) + content + Zeros(255 + 1024)), ElementsAre("a=" + content));
  ExpectFailure(TarHeader("a", std::string(12, '\xff'), '0', magic), "damaged at byte 0: member a has no valid size");
  ExpectFailure(TarHeader("a", "00000000x00", '0', magic), "member a has no valid size");
  ExpectFailure(TarHeader("a", std::string("\x80\x7f", 2) + std::string(10, '\xff'), '0', magic), "member a has no valid size");
}

TEST_F(TarReaderTest, AcceptsChecksumsOfSignedBytes) {
  std::string bytes = TarBytes({{"\xc3\xa4.jpg", "x"}});
  int sum = 0;
  for (int i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<signed char>(bytes[i]);
  char field[8];
  snprintf(field, sizeof(field), "%06o", static_cast<unsigned>(sum));
  bytes.replace(148, 7, field, 7);
  EXPECT_THAT(Contents(bytes), ElementsAre("\xc3\xa4.jpg=x"));
}

TEST_F(TarReaderTest, SaysWhatIsNoFile) {
  const auto members = Walk(TarBytes({{"hard", "", '1'}, {"soft", "", '2'}, {"device", "", '3'}, {"volume", "", 'V'}, {"file", "x", '7'}}));
  ASSERT_THAT(members, IsOk());
  ASSERT_THAT(*members, SizeIs(5));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE((*members)[i].is_file) << i;
  EXPECT_TRUE((*members)[4].is_file);
  ExpectFailure(TarBytes({{"holes.jpg", "x", 'S'}}), "member holes.jpg is a sparse file; pack it again without --sparse");
  ExpectFailure(TarBytes({{"p", "22 GNU.sparse.major=1\n", 'x'}, {"holes.jpg", "x"}}), "holds a sparse file");
}

// Archives of git begin with a global header that holds a comment.
TEST_F(TarReaderTest, PassesOverGlobalHeadersThatSayNothingOfContent) {
  EXPECT_THAT(Contents(TarBytes({{"pax_global_header", "15 comment=abc\n", 'g'}, {"a", "x"}})), ElementsAre("a=x"));
  ExpectFailure(TarBytes({{"pax_global_header", "10 path=a\n", 'g'}, {"a", "x"}}), "its global header sets \"path\" of all members");
}

TEST_F(TarReaderTest, PaxSizeReplacesTheOneOfTheHeader) {
  const std::string bytes =
      TarMembers({{"p", "10 size=3\n", 'x'}}) + TarHeader("a", "00000000000", '0', "ustar") + "abc" + Zeros(509) + TarBytes({{"b", "x"}});
  EXPECT_THAT(Contents(bytes), ElementsAre("a=abc", "b=x"));
  ExpectFailure(TarBytes({{"p", "11 size=-3\n", 'x'}, {"a", "x"}}), "a size of \"-3\"");
  for (const char* const records : {"10 path=a", "99 path=a\n", "x path=a\n", "10path==a\n", "3 \n", "10 pathaaa\n", "-1 path=a\n"}) {
    ExpectFailure(TarBytes({{"p", records, 'x'}, {"a", "x"}}), "a pax header that cannot be read");
  }
}

TEST_F(TarReaderTest, ToleratesAMissingEnd) {
  const std::string bytes = TarMembers({{"a", "x"}, {"b", std::string(512, 'y')}});
  EXPECT_THAT(Contents(bytes), ElementsAre("a=x", "b=" + std::string(512, 'y')));
  EXPECT_FALSE(has_end_mark_);
  EXPECT_THAT(Contents(bytes + Zeros(512)), SizeIs(2));
  EXPECT_FALSE(has_end_mark_);
  EXPECT_THAT(Contents(TarMembers({{"a", "xyz"}}).substr(0, 515)), ElementsAre("a=xyz")) << "without padding";
  EXPECT_THAT(Contents(TarMembers({{"a", "x"}}) + Zeros(512) + TarBytes({{"b", "y"}})), ElementsAre("a=x", "b=y"))
      << "a lone block of zeros";
  EXPECT_THAT(Contents(Zeros(10240)), IsEmpty());
}

TEST_F(TarReaderTest, SaysWhereAShardIsCut) {
  const std::string bytes = TarBytes({{"a.jpg", std::string(1000, 'x')}, {"b.jpg", std::string(1000, 'y')}});
  ExpectFailure(bytes.substr(0, 1000), "cut after 1000 of 1512 bytes (member a.jpg); copy or download the file again");
  ExpectFailure(bytes.substr(0, 2100), "cut after 2100 of 3048 bytes (member b.jpg)");
  ExpectFailure(bytes.substr(0, 1700), "cut after 1700 bytes, inside a header, behind member a.jpg");
  ExpectFailure(bytes.substr(0, 300), "has 300 bytes, less than a tar header of 512");
  ExpectFailure("", "is empty; copy or download");
}

TEST_F(TarReaderTest, SaysWhatIsNoTarFile) {
  ExpectFailure(Gzip(TarBytes({{"a", "x"}})), "is no tar file; it is compressed with gzip; unpack it and name the file in it");
  ExpectFailure("\x28\xb5\x2f\xfd" + std::string(600, 'x'), "it is compressed with zstd");
  ExpectFailure(std::string("\3757zXZ\0", 6) + std::string(600, 'x'), "it is compressed with xz");
  ExpectFailure("BZh9" + std::string(600, 'x'), "it is compressed with bzip2");
  ExpectFailure("<html>not found</html>", "it is a web page");
  ExpectFailure(std::string("PK\3\4") + Zeros(600), "it is a zip archive");
  ExpectFailure(std::string(600, '\1'), "is no tar file; name another");
  EXPECT_THAT(TarReader(folder_).Open(), Fails(ExitCode::kData, HasSubstr("is a folder")));
}

TEST_F(TarReaderTest, NoticesDamageByTheChecksum) {
  std::string bytes = TarBytes({{"a.jpg", "x"}, {"b.jpg", "y"}});
  bytes[1024 + 130] ^= 1;
  ExpectFailure(bytes, "damaged at byte 1024, behind member a.jpg: the header's checksum is wrong");
  bytes[3] ^= 1;
  ExpectFailure(bytes, "the checksum of its first header is wrong");
}

TEST_F(TarReaderTest, RefusesWhatOtherReadersWouldLose) {
  ExpectFailure(TarBytes({{"a", "x"}}) + TarBytes({{"b", "y"}}), "a second archive begins at byte 10240, behind the end of the first");
  ExpectFailure(TarMembers({{"a", "x"}}) + Zeros(3 << 20),
                "is zeros from byte 1024 of 3146752 on, behind member a, as a broken download leaves");
  EXPECT_THAT(Contents(TarMembers({{"a", "x"}}) + Zeros(1 << 20)), SizeIs(1)) << "a large blocking factor";
}

TEST_F(TarReaderTest, BoundsNames) {
  EXPECT_THAT(Contents(TarBytes({{"L", std::string(5000, 'n'), 'L'}, {"a", "x"}})), ElementsAre(std::string(5000, 'n') + "=x"));
  ExpectFailure(TarBytes({{"L", std::string((1 << 20) + 1, 'n'), 'L'}, {"a", "x"}}), "a header of 1048577 bytes; at most 1048576 are read");
}

TEST_F(TarReaderTest, ReadsTheContentOfAMember) {
  const std::string large(300000, 'l');
  WriteTestFile(path_, TarBytes({{"a.cls", "12\n"}, {"b", large}, {"c.cls", "3"}}));
  TarReader reader(path_);
  ASSERT_THAT(reader.Open(), IsOk());
  for (const std::string& expected : {std::string("12\n"), large, std::string("3")}) {
    TarMember member;
    ASSERT_THAT(reader.Next(&member), IsOkAndHolds(true));
    EXPECT_THAT(reader.ContentOf(member), IsOkAndHolds(expected));
  }
}

// GNU tar is the reference. Random names and sizes, so that headers lie at all distances.
TEST_F(TarReaderTest, ReadsWhatGnuTarWrites) {
  const std::string data = folder_ + "/data";
  ASSERT_THAT(MakeFolders(absl::StrCat(data, "/", kLongFolder)), IsOk());
  std::mt19937 random(5);
  std::vector<std::string> expected;
  std::string list;
  for (int i = 0; i < 300; ++i) {
    const std::string name = absl::StrCat(i % 3 == 0 ? kLongFolder + "/" : "", std::string(1 + random() % 90, 'n'), i, ".jpg");
    const size_t size = random() % 4 == 0 ? random() % 60000 : random() % 2000;
    const std::string content(size, static_cast<char>('a' + i % 26));
    WriteTestFile(absl::StrCat(data, "/", name), content);
    expected.push_back(absl::StrCat(name, "=", content));
    absl::StrAppend(&list, name, "\n");
  }
  WriteTestFile(folder_ + "/list", list);
  for (const char* const format : {"ustar", "gnu", "pax", "oldgnu"}) {
    const std::string command = absl::StrCat("tar --format=", format, " -C ", data, " -T ", folder_, "/list -cf ", path_);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    EXPECT_EQ(Contents(*ReadFile(path_)), expected) << format;
    EXPECT_TRUE(has_end_mark_);
  }
}

int64_t PeakMemoryBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;
}

void WriteChecksum(size_t header, std::string* bytes) {
  if (header + 512 > bytes->size()) return;
  bytes->replace(header + 148, 8, "        ");
  unsigned sum = 0;
  for (size_t i = header; i < header + 512; ++i) sum += static_cast<unsigned char>((*bytes)[i]);
  char field[8];
  snprintf(field, sizeof(field), "%06o", sum);
  bytes->replace(header + 148, 7, field, 7);
}

// Most mutants get the right checksum again, so that what lies behind it is tested.
std::string Mutate(std::string bytes, std::mt19937* random) {
  const auto below = [&](size_t bound) { return (*random)() % bound; };
  for (size_t change = below(3) + 1; change > 0; --change) {
    const size_t header = 512 * below(bytes.size() / 512);
    switch (below(5)) {
      case 0:
        bytes[below(bytes.size())] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[header + 124 + below(12)] = "01234567 \x80\xff"[below(11)];
        break;
      case 2:
        bytes[header + 156] = "01257xgLKSDV"[below(12)];
        break;
      case 3:
        bytes[header + below(40)] = "0123456789 =\n/."[below(15)];
        break;
      case 4:
        bytes.resize(512 + below(bytes.size()));
        return bytes;
    }
    if (below(4) > 0) WriteChecksum(header, &bytes);
  }
  return bytes;
}

// Whatever the bytes are, the walk ends with a reason or gives members that lie in the file.
TEST_F(TarReaderTest, SurvivesMutatedFiles) {
  std::mt19937 random(20240607);
  std::string sound[3];
  const std::vector<TarTestMember> members = {{"a.jpg", "first"}, {kLongName, std::string(700, 'x')}, {"d/", "", '5'}, {"b.cls", "7"}};
  const TarFormat formats[] = {TarFormat::kUstar, TarFormat::kGnu, TarFormat::kPax};
  for (int i = 0; i < 3; ++i) sound[i] = TarMembers(members, formats[i]) + Zeros(1024);
  const int64_t before = PeakMemoryBytes();
  int accepted = 0;
  constexpr int kFiles = 20000;
  for (int i = 0; i < kFiles; ++i) {
    const std::string bytes = Mutate(sound[i % 3], &random);
    const auto walked = Walk(bytes);
    accepted += walked.ok();
    if (!walked.ok()) {
      ASSERT_THAT(walked, Fails(ExitCode::kData, StartsWith(path_))) << i;
      continue;
    }
    for (const TarMember& member : *walked) {
      ASSERT_GE(member.offset, 512);
      ASSERT_GE(member.size, 0);
      ASSERT_LE(member.offset + member.size, static_cast<int64_t>(bytes.size()) + (member.size == 0 ? 512 : 0)) << i;
    }
  }
  EXPECT_GT(accepted, kFiles / 10);
  EXPECT_LT(accepted, kFiles * 9 / 10);
#ifndef __SANITIZE_ADDRESS__  // keeps freed memory
  EXPECT_LT(PeakMemoryBytes() - before, 32 << 20);
#endif
}

}  // namespace
}  // namespace mica
