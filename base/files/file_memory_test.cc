#include "base/files/file_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::HasSubstr;

// Every 8 bytes say where they lie, so that a part in a wrong place is seen.
std::string Numbered(size_t size) {
  std::string bytes;
  for (uint64_t i = 0; bytes.size() < size; ++i) bytes.append(reinterpret_cast<const char*>(&i), sizeof(i));
  bytes.resize(size);
  return bytes;
}

TEST(FileMemoryTest, ReadsFilesOfOneAndOfSeveralParts) {
  const std::string path = MakeTestFolder("file_memory") + "/data";
  for (const size_t size : {size_t{0}, size_t{1}, size_t{4097}, (size_t{32} << 20) - 1, (size_t{50} << 20) + 3}) {
    const std::string bytes = Numbered(size);
    WriteTestFile(path, bytes);
    const auto memory = FileMemory::Read(path);
    ASSERT_THAT(memory, IsOk());
    EXPECT_TRUE(memory->bytes() == bytes) << size;
  }
}

TEST(FileMemoryTest, ViewsStayValidWhenItIsMoved) {
  const std::string path = MakeTestFolder("file_memory") + "/data";
  WriteTestFile(path, "abc");
  auto memory = FileMemory::Read(path);
  ASSERT_THAT(memory, IsOk());
  const absl::string_view bytes = memory->bytes();
  FileMemory moved;
  moved = *std::move(memory);
  const FileMemory again(std::move(moved));
  EXPECT_EQ(bytes, "abc");
  EXPECT_EQ(again.bytes().data(), bytes.data());
}

TEST(FileMemoryTest, WhatCannotBeReadIsNamed) {
  const std::string folder = MakeTestFolder("file_memory");
  EXPECT_THAT(FileMemory::Read(folder + "/none"), Fails(ExitCode::kData, HasSubstr(folder + "/none: cannot open: No such file")));
  EXPECT_THAT(FileMemory::Read(folder), Fails(ExitCode::kData, HasSubstr(folder)));
  WriteTestFile(folder + "/huge", "");
  std::filesystem::resize_file(folder + "/huge", uintmax_t{1} << 42);
  EXPECT_THAT(FileMemory::Read(folder + "/huge"), Fails(ExitCode::kData, HasSubstr("4398046511104 bytes do not fit into memory")));
  std::filesystem::remove(folder + "/huge");
}

}  // namespace
}  // namespace mica
