#include "base/files/mapped_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::HasSubstr;

constexpr size_t kPages = 100;
constexpr size_t kPageBytes = 4096;

std::string MakeFile(const std::string& folder, size_t size) {
  const std::string path = folder + "/data";
  WriteTestFile(path, std::string(size, 'x'));
  return path;
}

int64_t CountOf(char value, absl::string_view bytes) {
  return std::count(bytes.begin(), bytes.end(), value);
}

TEST(MappedFileTest, HoldsTheBytesOfFilesOfAnySize) {
  const std::string path = MakeTestFolder("mapped_file") + "/data";
  for (const std::string& bytes : {std::string(), std::string("abc"), std::string(kPageBytes, 'a'), std::string(3 * kPageBytes + 1, 'b')}) {
    WriteTestFile(path, bytes);
    const auto file = MappedFile::Open(path);
    ASSERT_THAT(file, IsOk());
    EXPECT_EQ(file->bytes(), bytes);
    EXPECT_THAT(file->CheckIntact(), IsOk());
  }
}

TEST(MappedFileTest, ViewsStayValidWhenItIsMoved) {
  auto file = MappedFile::Open(MakeFile(MakeTestFolder("mapped_file"), 3));
  ASSERT_THAT(file, IsOk());
  const absl::string_view bytes = file->bytes();
  auto other = MappedFile::Open("/proc/self/exe");
  ASSERT_THAT(other, IsOk());
  *other = *std::move(file);
  const MappedFile again(*std::move(other));
  EXPECT_EQ(bytes, "xxx");
  EXPECT_EQ(again.bytes().data(), bytes.data());
}

TEST(MappedFileTest, PagesThatAreCutOffBecomeZeros) {
  const std::string path = MakeFile(MakeTestFolder("mapped_file"), kPages * kPageBytes);
  const auto file = MappedFile::Open(path);
  ASSERT_THAT(file, IsOk());
  std::filesystem::resize_file(path, 10 * kPageBytes);
  EXPECT_EQ(CountOf('x', file->bytes()), 10 * kPageBytes);
  EXPECT_EQ(CountOf('\0', file->bytes()), (kPages - 10) * kPageBytes);
  EXPECT_THAT(file->CheckIntact(), Fails(ExitCode::kData, HasSubstr(path + ": shrank from 409600 to 40960 bytes while it was read")));
}

// The pages that are gone are met by several threads, in more files than one.
TEST(MappedFileTest, FilesAreCutWhileThreadsReadThem) {
  std::vector<MappedFile> files;
  std::vector<std::string> paths;
  for (const char* const name : {"mapped_a", "mapped_b", "mapped_c"}) {
    paths.push_back(MakeFile(MakeTestFolder(name), kPages * kPageBytes));
    auto file = MappedFile::Open(paths.back());
    ASSERT_THAT(file, IsOk());
    files.push_back(*std::move(file));
  }
  std::filesystem::resize_file(paths[0], 0);
  std::filesystem::resize_file(paths[2], kPageBytes);
  std::vector<int64_t> found(12);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < found.size(); ++i) threads.emplace_back([&, i] { found[i] = CountOf('x', files[i % 3].bytes()); });
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], i % 3 == 0 ? 0 : i % 3 == 1 ? kPages * kPageBytes : kPageBytes) << i;
  EXPECT_THAT(files[0].CheckIntact(), Fails(ExitCode::kData, HasSubstr("shrank")));
  EXPECT_THAT(files[1].CheckIntact(), IsOk());
  EXPECT_THAT(files[2].CheckIntact(), Fails(ExitCode::kData, HasSubstr("shrank")));
}

TEST(MappedFileTest, AFileThatIsWrittenToIsNotIntact) {
  const std::string path = MakeFile(MakeTestFolder("mapped_file"), 100);
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  const auto file = MappedFile::Open(path);
  ASSERT_THAT(file, IsOk());
  const int descriptor = open(path.c_str(), O_WRONLY);
  ASSERT_EQ(write(descriptor, "y", 1), 1);
  close(descriptor);
  EXPECT_THAT(file->CheckIntact(), Fails(ExitCode::kData, HasSubstr(path + ": was written to while it was read")));
}

TEST(MappedFileTest, ReplacingTheFileChangesNothing) {
  const std::string folder = MakeTestFolder("mapped_file");
  const std::string path = MakeFile(folder, 100);
  const auto file = MappedFile::Open(path);
  ASSERT_THAT(file, IsOk());
  WriteTestFile(folder + "/new", "other");
  std::filesystem::rename(folder + "/new", path);
  EXPECT_EQ(CountOf('x', file->bytes()), 100);
  EXPECT_THAT(file->CheckIntact(), IsOk());
}

// Others' faults end the process as before, also once a mapping was there.
TEST(MappedFileDeathTest, OtherPagesAreNotItsConcern) {
  const std::string path = MakeFile(MakeTestFolder("mapped_file"), kPageBytes);
  ASSERT_THAT(MappedFile::Open(path), IsOk());
  const int descriptor = open(path.c_str(), O_RDWR);
  const void* const page = mmap(nullptr, kPageBytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
  ASSERT_NE(page, MAP_FAILED);
  ASSERT_EQ(ftruncate(descriptor, 0), 0);
  // The status of the child is the signal, or what a sanitizer's handler of it makes of it.
  EXPECT_DEATH(EXPECT_EQ(CountOf('x', {static_cast<const char*>(page), kPageBytes}), 0), "");
  EXPECT_DEATH(raise(SIGBUS), "");
  close(descriptor);
}

TEST(MappedFileTest, WhatCannotBeReadIsNamed) {
  const std::string folder = MakeTestFolder("mapped_file");
  EXPECT_THAT(MappedFile::Open(folder + "/none"), Fails(ExitCode::kData, HasSubstr(folder + "/none: cannot open: No such file")));
  EXPECT_THAT(MappedFile::Open(folder), Fails(ExitCode::kData, HasSubstr(folder + ": is a folder")));
}

}  // namespace
}  // namespace mica
