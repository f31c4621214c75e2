#include "cli/flag_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string Write(absl::string_view text) {
  const std::string path = MakeTestFolder("flag_file") + "/flags";
  WriteTestFile(path, text);
  return path;
}

absl::StatusOr<std::vector<FlagFileLine>> Read(absl::string_view text) {
  return ReadFlagFile(Write(text), "flags");
}

auto Line(int number, const std::vector<std::string>& words) {
  return AllOf(Field(&FlagFileLine::number, number), Field(&FlagFileLine::words, words));
}

TEST(FlagFileTest, HasAFlagALine) {
  EXPECT_THAT(*Read("# all runs\n\n--amp\n  --set=a: 'b=c' # d \n-top_k=5"),
              ElementsAre(Line(3, {"--amp"}), Line(4, {"--set=a: 'b=c' # d "}), Line(5, {"-top_k=5"})));
  EXPECT_THAT(*Read(""), IsEmpty());
}

TEST(FlagFileTest, AValueMayStandBehindASpace) {
  EXPECT_THAT(*Read("--set a=b c\n--amp false\nword word\n"),
              ElementsAre(Line(1, {"--set", "a=b c"}), Line(2, {"--amp", "false"}), Line(3, {"word word"})));
}

TEST(FlagFileTest, BlanksAtTheEndAreNoValue) {
  EXPECT_THAT(*Read("--amp \n--set\t\n"), ElementsAre(Line(1, {"--amp"}), Line(2, {"--set"})));
}

TEST(FlagFileTest, AcceptsCrlfAndAByteOrderMark) {
  EXPECT_THAT(*Read("\xef\xbb\xbf--amp\r\n\r\n# x\r\n--set=a\r\n"), ElementsAre(Line(1, {"--amp"}), Line(4, {"--set=a"})));
}

TEST(FlagFileTest, RefusesNulBytes) {
  EXPECT_THAT(Read(absl::string_view("--amp\n--set=a\0b\n", 16)),
              Fails(ExitCode::kFlag, "flags:2: a NUL byte; a flag file is text with one flag a line"));
}

TEST(FlagFileTest, RefusesFilesThatAreTooLarge) {
  EXPECT_THAT(Read("--set=" + std::string(2 << 20, 'x')),
              Fails(ExitCode::kFlag, HasSubstr("flags: 2097158 bytes; at most 1048576 are read here")));
}

TEST(FlagFileTest, SaysWhatIsNoFile) {
  const std::string folder = MakeTestFolder("no_flag_file");
  EXPECT_THAT(ReadFlagFile(folder, "x"), Fails(ExitCode::kFlag, folder + ": is a folder, expected a file"));
  EXPECT_THAT(ReadFlagFile(folder + "/nope", "x"),
              Fails(ExitCode::kFlag, StartsWith(folder + "/nope: cannot open: No such file or directory")));
  const std::string fifo = folder + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(ReadFlagFile(fifo, "x"), Fails(ExitCode::kFlag, fifo + ": not a regular file"));
}

}  // namespace
}  // namespace mica
