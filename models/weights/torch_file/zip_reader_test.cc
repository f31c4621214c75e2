#include "models/weights/torch_file/zip_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_builder.h"

namespace mica {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string ContentOf(const std::string& archive, size_t index) {
  const auto entries = ListZip(archive);
  if (!entries.ok()) return std::string(entries.status().message());
  std::deque<std::string> unpacked;
  const auto content = ZipContent((*entries)[index], &unpacked);
  return std::string(content.ok() ? *content : content.status().message());
}

// As Python's zipfile wrote it: ZipFile("x.zip", "w").writestr("a/b", "hello"), compressed with
// deflate, time 1980-01-01.
constexpr absl::string_view kPythonZip(
    "PK\x03\x04\x14\0\0\0\x08\0\0\0!\0\x86\xa6\x10\x36\x07\0\0\0\x05\0\0\0\x03\0\0\0a/b\xcbH\xcd\xc9\xc9\x07\0PK\x01\x02\x14\x03\x14\0\0\0"
    "\x08\0\0\0!\0\x86\xa6\x10\x36\x07\0\0\0\x05\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\x80\x01\0\0\0\0a/bPK\x05\x06\0\0\0\0\x01\0\x01\0\x31\0\0\0"
    "\x28\0\0\0\0\0",
    111);

TEST(ZipReaderTest, ReadsWhatPythonWrote) {
  const auto entries = ListZip(kPythonZip);
  ASSERT_THAT(entries, IsOk());
  ASSERT_THAT(*entries, SizeIs(1));
  EXPECT_EQ((*entries)[0].name, "a/b");
  EXPECT_EQ((*entries)[0].size, 5);
  EXPECT_EQ(ContentOf(std::string(kPythonZip), 0), "hello");
}

TEST(ZipReaderTest, StoredContentIsNotCopied) {
  const std::string archive = ZipOf({{"empty", ""}, {"data/0", "numbers"}}, "a comment");
  const auto entries = ListZip(archive);
  ASSERT_THAT(entries, IsOk());
  std::deque<std::string> unpacked;
  const auto content = ZipContent((*entries)[1], &unpacked);
  ASSERT_THAT(content, IsOk());
  EXPECT_EQ(*content, "numbers");
  EXPECT_EQ(content->data(), archive.data() + archive.find("numbers"));
  EXPECT_THAT(unpacked, IsEmpty());
}

TEST(ZipReaderTest, ReadsZip64SizesAndAnEndRecordOf64Bits) {
  const std::string archive = ZipOf({{"a", "content", false, /*is_zip64=*/true}});
  EXPECT_EQ(ContentOf(archive, 0), "content");
  const size_t end = archive.size() - 22;
  const size_t list = archive.find("PK\x01\x02");
  const std::string end64 = absl::StrCat("PK\x06\x06", LittleBytes(44, 8), LittleBytes(45, 2), LittleBytes(45, 2), LittleBytes(0, 8),
                                         LittleBytes(1, 8), LittleBytes(1, 8), LittleBytes(end - list, 8), LittleBytes(list, 8));
  const std::string locator = absl::StrCat("PK\x06\x07", LittleBytes(0, 4), LittleBytes(end, 8), LittleBytes(1, 4));
  std::string last = archive.substr(end);
  last.replace(8, 12, std::string(12, '\xff'));
  EXPECT_EQ(ContentOf(absl::StrCat(archive.substr(0, end), end64, locator, last), 0), "content");
  const std::string lost = absl::StrCat("PK\x06\x07", LittleBytes(0, 4), LittleBytes(end + 1, 8), LittleBytes(1, 4));
  EXPECT_THAT(ListZip(absl::StrCat(archive.substr(0, end), end64, lost, last)),
              Fails(ExitCode::kCheckpoint, HasSubstr("ZIP64 end record")));
}

TEST(ZipReaderTest, AWrongChecksumIsToldAndNoneIsAccepted) {
  std::string archive = ZipOf({{"data/0", "numbers"}});
  archive[archive.find("numbers")] ^= 1;
  EXPECT_THAT(ContentOf(archive, 0), HasSubstr("the checksum of \"data/0\" is "));
  EXPECT_EQ(ContentOf(ZipOf({{"data/0", "numbers", false, false, -1, /*crc32=*/0}}), 0), "numbers");
}

TEST(ZipReaderTest, EveryCutIsRefused) {
  const std::string archive = ZipOf({{"a", "content"}, {"b", "more"}});
  for (size_t size = 0; size < archive.size(); ++size) {
    EXPECT_THAT(ListZip(absl::string_view(archive).substr(0, size)), Fails(ExitCode::kCheckpoint, HasSubstr("cut or damaged"))) << size;
  }
}

struct Case {
  std::string name;
  std::string archive;
  std::string message;
};

std::string Patched(std::string archive, absl::string_view after, size_t offset, const std::string& bytes) {
  return archive.replace(archive.find(after.data(), 0, after.size()) + offset, bytes.size(), bytes);
}

class ZipReaderRefusalTest : public testing::TestWithParam<Case> {};

TEST_P(ZipReaderRefusalTest, SaysWhatIsWrong) {
  EXPECT_THAT(ListZip(GetParam().archive), Fails(ExitCode::kCheckpoint, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ZipReaderRefusalTest,
    testing::Values(
        Case{"Encrypted", ZipOf({{"a", "x", false, false, -1, -1, /*flags=*/1}}), "\"a\" in the zip archive is encrypted"},
        Case{"Method", Patched(ZipOf({{"a", "x"}}), "PK\x01\x02", 10, "\x0e"), "is compressed by method 14"},
        Case{"TwoOfOneName", ZipOf({{"a", "x"}, {"a", "y"}}), "holds \"a\" twice"},
        Case{"LeavesItsFolder", ZipOf({{"model/../../a", "x"}}), "a file named \"model/../../a\""},
        Case{"Absolute", ZipOf({{"/etc/a", "x"}}), "a file named \"/etc/a\""},
        Case{"Backslash", ZipOf({{"..\\a", "x"}}), "a file named \"..\\\\a\""}, Case{"NoName", ZipOf({{"", "x"}}), "a file named \"\""},
        Case{"NameWithNul", ZipOf({{std::string("a\0b", 3), "x"}}), "a file named \"a\\x00\\x62\""},
        Case{"OtherName", ZipOf({{"a", "x"}, {"b", "y", false, false, -1, -1, 0, /*header_of=*/0}}), "there is no file \"b\""},
        Case{"SizesDiffer", ZipOf({{"a", "x", false, false, /*size=*/2}}), "is stored in 1 bytes, but would have 2"},
        Case{"Bomb", ZipOf({{"a", std::string(100, 'x'), true, false, /*size=*/int64_t{1} << 31}}), "would unpack to more than 100 times"},
        Case{"SeveralParts", Patched(ZipOf({{"a", "x"}}), "PK\x05\x06", 4, "\x01"), "one of several parts"},
        Case{"CountTooLarge", Patched(ZipOf({{"a", "x"}}), "PK\x05\x06", 10, "\xff"), "it would list 255 files"},
        Case{"CountTooSmall", Patched(ZipOf({{"a", "x"}, {"b", "y"}}), "PK\x05\x06", 10, "\x01"), "it lists 2 files, but says 1"},
        Case{"ListPastTheEnd", Patched(ZipOf({{"a", "x"}}), "PK\x05\x06", 16, "\xff"), "its list of files would lie at"},
        Case{"NameTooLong", Patched(ZipOf({{"a", "x"}}), "PK\x01\x02", 28, "\xff"), "ends inside a name"},
        Case{"HeaderPastTheEnd", Patched(ZipOf({{"a", "x"}}), "PK\x01\x02", 42, "\xff\xff"), "\"a\" would begin at byte 65535"},
        Case{"ContentPastTheEnd", Patched(ZipOf({{"a", "x"}}), "PK\x01\x02", 20, LittleBytes(99, 4) + LittleBytes(99, 4)),
             "\"a\" has 99 bytes, which do not fit"}),
    [](const auto& info) { return info.param.name; });

// A file whose header lies in the content of another.
TEST(ZipReaderTest, OverlapsAreRefused) {
  const std::string inner = ZipOf({{"b", "x"}});
  std::string archive = ZipOf({{"a", inner.substr(0, inner.find("PK\x01\x02"))}, {"b", "x"}});
  constexpr size_t kInner = 30 + 1;  // behind the header and the name of "a"
  archive.replace(archive.rfind("PK\x01\x02") + 42, 4, LittleBytes(kInner, 4));
  EXPECT_THAT(ListZip(archive), Fails(ExitCode::kCheckpoint, HasSubstr("\"b\" begins inside \"a\"")));
}

TEST(ZipReaderTest, ADeflatedFileMustHaveItsDeclaredSize) {
  EXPECT_EQ(ContentOf(ZipOf({{"a", std::string(1000, 'x'), true}}), 0), std::string(1000, 'x'));
  EXPECT_THAT(ContentOf(ZipOf({{"a", std::string(1000, 'x'), true, false, /*size=*/999}}), 0),
              HasSubstr("does not unpack to the 999 bytes"));
  EXPECT_THAT(ContentOf(ZipOf({{"a", std::string(1000, 'x'), true, false, /*size=*/1001}}), 0),
              HasSubstr("does not unpack to the 1001 bytes"));
}

}  // namespace
}  // namespace mica
