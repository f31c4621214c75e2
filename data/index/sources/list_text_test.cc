#include "data/index/sources/list_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ListTextTest, ReadsUtf8AsItIs) {
  const std::string path = MakeTestFolder("list_text") + "/x.txt";
  const std::string text =
      "\xEF\xBB\xBF"
      "caf\xc3\xa9.jpg\t\xe7\x8c\xab\r\n\n\xf0\x9f\x90\xb1.jpg\t1";
  WriteTestFile(path, text);
  EXPECT_THAT(ReadListText(path), IsOkAndHolds(text));
  EXPECT_THAT(CheckListText("", path), IsOk());
}

TEST(ListTextTest, SaysWhyTheFileCannotBeRead) {
  const std::string folder = MakeTestFolder("list_text_missing");
  WriteTestFile(folder + "/train.txt", "");
  EXPECT_THAT(ReadListText(folder + "/trian.txt"), Fails(ExitCode::kData, HasSubstr("did you mean \"train.txt\"?")));
  EXPECT_THAT(ReadListText(folder), Fails(ExitCode::kData, HasSubstr("is a folder")));
}

std::string Utf16(absl::string_view ascii, bool little, bool mark) {
  std::string bytes = mark ? (little ? "\xff\xfe" : "\xfe\xff") : "";
  for (const char letter : ascii) bytes += little ? std::string({letter, '\0'}) : std::string({'\0', letter});
  return bytes;
}

struct Refused {
  const char* what;
  std::string bytes;
  std::string message;
};

std::ostream& operator<<(std::ostream& stream, const Refused& refused) {
  return stream << refused.what;
}

class RefusedListTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedListTest, NamesTheReason) {
  EXPECT_THAT(CheckListText(GetParam().bytes, "x.txt"), Fails(ExitCode::kData, AllOf(StartsWith("x.txt"), HasSubstr(GetParam().message))));
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, RefusedListTest,
    testing::Values(Refused{"UTF-16LE with a mark", Utf16("a\t1\n", true, true), "x.txt: is UTF-16, as Windows"},
                    Refused{"UTF-16LE names iconv", Utf16("a\t1\n", true, true), "iconv -f UTF-16LE -t UTF-8"},
                    Refused{"UTF-16BE with a mark", Utf16("a\t1\n", false, true), "iconv -f UTF-16BE"},
                    Refused{"UTF-16LE", Utf16("cat.jpg\t1\n", true, false), "iconv -f UTF-16LE"},
                    Refused{"UTF-16BE", Utf16("cat.jpg\t1\n", false, false), "iconv -f UTF-16BE"},
                    Refused{"M3 CR only", "a\t1\rb\t2\r", "x.txt: its lines end in CR alone"},
                    Refused{"M3 NUL", std::string("a\t1\nb\0\t2\n", 9), "x.txt:2: holds a NUL byte"},
                    Refused{"M7", "a\t1\n" + std::string((1 << 20) + 1, 'x'), "x.txt:2: line longer than 1 MiB"},
                    Refused{"Latin-1", "a\t1\ncaf\xe9\t2\n", "x.txt:2: byte 0xe9 at offset 7 of the file is not UTF-8"},
                    Refused{"Latin-1 behind a mark", "\xEF\xBB\xBF\xe9\n", "x.txt:1: byte 0xe9 at offset 3"},
                    Refused{"workbook", std::string("PK\x03\x04\x14\0\x06\0", 8) + std::string(22, '\0') + "[Content_Types].xml\xff",
                            "x.txt: is an Excel workbook; save it as CSV"},
                    Refused{"zip", std::string("PK\x03\x04\x14\0\x06\0", 8) + std::string(22, '\0') + "train.csv\xff",
                            "x.txt: is a zip archive"},
                    Refused{"gzip", "\x1f\x8b\x08\xff\xff", "x.txt: is"},
                    Refused{"Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "is a Git LFS pointer"},
                    Refused{"web page", "<!DOCTYPE html>\n<html>\n", "is a web page; download the file itself"}));

}  // namespace
}  // namespace mica
