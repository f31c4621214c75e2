#include "models/weights/torch_file/tar_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// A header and the padded content (POSIX 1003.1, ustar).
std::string Member(const std::string& name, const std::string& content, char type = '0', int64_t size = -1) {
  std::string header(512, '\0');
  header.replace(0, name.size(), name);
  header.replace(124, 11, absl::StrFormat("%011o", size >= 0 ? size : static_cast<int64_t>(content.size())));
  header[156] = type;
  header.replace(257, 8,
                 std::string("ustar\0"
                             "00",
                             8));
  header.replace(148, 8, "        ");
  int sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  header.replace(148, 8, absl::StrFormat("%06o%c ", sum, '\0'));
  return absl::StrCat(header, content, std::string((512 - content.size() % 512) % 512, '\0'));
}

const std::string& End() {
  static const auto* const end = new std::string(1024, '\0');
  return *end;
}

TEST(TarMembersTest, FilesAreListedAndAllElsePassedOver) {
  const std::string long_content(513, 't');
  const std::string archive =
      absl::StrCat(Member("./pickle", "abc"), Member("folder", "", '5'), Member("PaxHeaders", "17 mtime=1.5\n", 'x'),
                   Member("tensors", long_content), Member("empty", ""), End(), "rest");
  EXPECT_TRUE(BeginsTar(archive));
  const auto members = ListTar(archive);
  ASSERT_THAT(members, IsOk());
  EXPECT_THAT(*members, ElementsAre(Pair("empty", ""), Pair("pickle", "abc"), Pair("tensors", absl::string_view(long_content))));
}

TEST(TarMembersTest, OtherBytesAreNoTar) {
  EXPECT_FALSE(BeginsTar(""));
  EXPECT_FALSE(BeginsTar(std::string(512, '\0')));
  EXPECT_THAT(*ListTar(""), IsEmpty());
}

TEST(TarMembersTest, DamageIsToldWithItsPlace) {
  std::string changed = absl::StrCat(Member("a", "abc"), Member("b", "x"));
  changed[1024] = 'c';
  EXPECT_THAT(ListTar(changed), Fails(ExitCode::kCheckpoint, HasSubstr("cut or damaged at byte 1024: the header's checksum is wrong")));
  EXPECT_THAT(ListTar(Member("a", "abc", '0', 600)), Fails(ExitCode::kCheckpoint, HasSubstr("\"a\" is not all there")));
  EXPECT_THAT(ListTar(Member("a", "abc").substr(0, 300)), Fails(ExitCode::kCheckpoint, HasSubstr("at byte 0")));
  EXPECT_THAT(ListTar(absl::StrCat(Member("a", "x"), Member("a", "y"))),
              Fails(ExitCode::kCheckpoint, HasSubstr("\"a\" stands there twice")));
}

TEST(TarMembersTest, TheNumberOfMembersIsBounded) {
  std::string archive;
  for (int i = 0; i < 1001; ++i) archive += Member(absl::StrCat("m", i), "");
  EXPECT_THAT(ListTar(archive), Fails(ExitCode::kCheckpoint, HasSubstr("more than 1000 members")));
}

}  // namespace
}  // namespace mica
