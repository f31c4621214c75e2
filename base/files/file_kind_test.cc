#include "base/files/file_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mica {
namespace {

using testing::HasSubstr;
using Group = FileKind::Group;

std::string WhatOf(absl::string_view bytes) {
  const auto kind = WhatItLooksLike(bytes);
  return kind.has_value() ? kind->what : "unknown";
}

TEST(FileKindTest, AGitLfsPointerIsToldWithTheCommandThatFetchesTheFile) {
  const auto kind = WhatItLooksLike("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 44780\n");
  ASSERT_TRUE(kind.has_value());
  EXPECT_EQ(kind->group, Group::kLfsPointer);
  EXPECT_EQ(kind->what, "is a Git LFS pointer, not the file that it stands for");
  EXPECT_THAT(kind->remedy, HasSubstr("git lfs pull"));
}

TEST(FileKindTest, AnswersOfServersAreTold) {
  for (const char* page : {"<!DOCTYPE html>\n<html>", "\n\n  <!doctype HTML>", "<html lang=\"en\">", "\xef\xbb\xbf<HEAD>",
                           "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C\">\n<html>"}) {
    EXPECT_EQ(WhatOf(page), "is a web page") << page;
  }
  EXPECT_EQ(WhatOf("<!-- saved from url -->\n<div>"), "looks like a web page");
  EXPECT_EQ(WhatOf("<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code>"), "is an error message of a server (XML)");
  EXPECT_EQ(WhatOf("<?xml version=\"1.0\"?>\n<annotation>"), "is an XML document");
  EXPECT_EQ(WhatOf("{\"error\":\"Repository not found\"}"), R"(is JSON text that begins with "{\"error\":\"Repository not found\"}")");
  EXPECT_EQ(WhatOf("[\n  {"), "is JSON text that begins with \"[\"");
  EXPECT_EQ(WhatOf("Entry not found"), "is text that begins with \"Entry not found\"");
}

TEST(FileKindTest, LongAndForeignTextIsShownOnOnePrintableLine) {
  EXPECT_EQ(WhatOf("caf\xc3\xa9\tau lait\r\nand more"), "is text that begins with \"caf\xc3\xa9\\tau lait\"");
  EXPECT_EQ(WhatOf(std::string(500, 'x')), absl::StrCat("is text that begins with \"", std::string(60, 'x'), "…\""));
  EXPECT_EQ(WhatOf(absl::StrCat(std::string(59, 'x'), "\xc3\xa9")),
            absl::StrCat("is text that begins with \"", std::string(59, 'x'), "…\""));
  // The prefix that is looked at ends inside the last character.
  EXPECT_THAT(WhatOf(absl::StrCat(std::string(kFileKindBytes - 1, 'x'), "\xc3\xa9")), HasSubstr("is text"));
}

TEST(FileKindTest, BinaryFilesAreToldByTheirMagicNumbers) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"PK\x03\x04 and so on", "is a zip archive"},
      {absl::StrCat("PK\x03\x04", std::string(26, '\1'), "resnet18/data.pkl"),
       "is a zip archive of a PyTorch model, as torch.save writes .pth and .pt files"},
      {absl::StrCat("PK\x03\x04", std::string(26, '\1'), "fc.weight.npy"), "is a zip archive of NumPy arrays (.npz)"},
      {"\x80\x02\x8a\nl\xfc\x9c\x46\xf9", "is a Python pickle, as torch.save wrote .pth files before version 1.6"},
      {"\x80\x04\x95", "is a Python pickle, as torch.save wrote .pth files before version 1.6"},
      {"\x89HDF\r\n\x1a\n", "is an HDF5 file, as Keras writes"},
      {"\x93NUMPY\x01", "is a NumPy array"},
      {"\x08\x07\x12\x07pytorch\x1a\x05", "looks like an ONNX model"},
      {"\x08\x0a\x3a\xff\x01", "looks like an ONNX model"},
      {"\x1f\x8b\x08", "is compressed with gzip"},
      {"\x89PNG\r\n\x1a\n", "is a PNG image"},
      {"\xff\xd8\xff\xe0", "is a JPEG image"},
      {"\177ELF\x02", "is a program or library (ELF)"},
      {absl::StrCat("folder/", std::string(250, '\0'), "ustar"), "is a tar archive"},
      {std::string(600, '\0'), "begins with nothing but zeros, as a broken download or copy leaves"},
  };
  for (const auto& [bytes, what] : cases) EXPECT_EQ(WhatOf(bytes), what);
}

TEST(FileKindTest, WeightsAreToldApartFromWhatMustBeUnpacked) {
  EXPECT_EQ(WhatItLooksLike("\x80\x02}q")->group, Group::kTorch);
  EXPECT_EQ(WhatItLooksLike(absl::StrCat("PK\x03\x04", std::string(26, '\1'), "resnet18/data.pkl"))->group, Group::kTorch);
  EXPECT_EQ(WhatItLooksLike(absl::StrCat("PK\x03\x04", std::string(26, '\1'), "fc.weight.npy"))->group, Group::kWeights);
  EXPECT_EQ(WhatItLooksLike("PK\x03\x04")->group, Group::kPacked);
}

TEST(FileKindTest, NothingIsSaidOfOtherBytes) {
  EXPECT_EQ(WhatOf(""), "unknown");
  EXPECT_EQ(WhatOf(" \n"), "unknown");
  EXPECT_EQ(WhatOf("\x12\x34\x56\x78"), "unknown");
  EXPECT_EQ(WhatOf("\x08\x07\x13"), "unknown");
  EXPECT_EQ(WhatOf("\x08\x1f\x12"), "unknown");
  EXPECT_EQ(WhatOf("text with\x01 a control byte"), "unknown");
  EXPECT_EQ(WhatOf("caf\xe9 in Latin 1"), "unknown");
  EXPECT_EQ(WhatOf(absl::string_view("\0\0\x08\x03\0\0\xea\x60\0\0\0\x1c\0\0\0\x1c", 16)), "unknown");  // IDX
}

TEST(FileKindTest, ASafetensorsFileWhoseHeaderLengthLooksLikeAMagicNumberIsNotMistaken) {
  EXPECT_EQ(WhatOf(absl::string_view("\x80\x02\0\0\0\0\0\0{", 9)), "unknown");
  EXPECT_EQ(WhatOf(absl::string_view("\x1f\x8b\x08\0\0\0\0\0{", 9)), "unknown");
  EXPECT_EQ(WhatOf(absl::string_view("\x80\x02\0\0\0\0\0\0", 8)), "unknown");
}

}  // namespace
}  // namespace mica
