#include "data/loader/disk_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/dataset_index.h"
#include "data/loader/temporary_cache.h"
#include "data/picture/picture.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Forty PGM files of several sizes; number 7 is broken.
class DiskCacheTest : public testing::Test {
 protected:
  static constexpr int kPictures = 40;

  DiskCacheTest() {
    options_.folder = folder_ + "/cache";
    options_.threads = 3;
    decode_.set_colour(DecodeConfig::GREY);
    for (int i = 0; i < kPictures; ++i) {
      const std::string path = absl::StrCat(folder_, "/", i, ".pgm");
      std::string pixels;
      for (int pixel = 0; pixel < WidthOf(i) * 5; ++pixel) pixels += static_cast<char>(pixel * 3 + i);
      WriteTestFile(path, absl::StrCat("P5 ", WidthOf(i), " 5 255\n", i == 7 ? "" : pixels));
      index_.files.emplace_back().path = path;
      ImageRecord record;
      record.id = record.file = i;
      index_.records.push_back(record);
    }
  }

  static int WidthOf(int i) { return 4 + i % 9; }

  absl::StatusOr<std::shared_ptr<DiskCache>> Open(FileCalls& calls = SystemFileCalls()) {
    const SampleDecoder decoder(index_, decode_);
    return DiskCache::Open(decoder, decode_, options_, calls);
  }

  std::vector<std::string> FilesInCache() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(options_.folder)) return names;
    for (const auto& entry : std::filesystem::directory_iterator(options_.folder)) names.push_back(entry.path().filename());
    return names;
  }

  static void ExpectPictures(const DiskCache& cache) {
    Picture part;
    for (int i = 0; i < kPictures; ++i) {
      if (i == 7) continue;
      ASSERT_EQ(cache.SizeOf(i), (PictureSize{5, WidthOf(i)}));
      ASSERT_THAT(cache.Copy(i, {/*left_px=*/1, /*top_px=*/2, /*width_px=*/WidthOf(i) - 2, /*height_px=*/3}, &part), IsOk());
      ASSERT_EQ(part.height_px, 3);
      ASSERT_EQ(part.width_px, WidthOf(i) - 2);
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < part.width_px; ++x) {
          ASSERT_EQ(part.Row(y)[x], static_cast<uint8_t>(((y + 2) * WidthOf(i) + x + 1) * 3 + i)) << i << " " << y << " " << x;
        }
      }
    }
    EXPECT_EQ(cache.SizeOf(7), std::nullopt);
  }

  const std::string folder_ = MakeTestFolder("disk_cache");
  DatasetIndex index_;
  DecodeConfig decode_;
  DiskCache::Options options_;
};

TEST_F(DiskCacheTest, GivesPartsOfThePicturesThatCouldBeDecoded) {
  for (const int threads : {1, 3, 9}) {
    std::filesystem::remove_all(options_.folder);
    options_.threads = threads;
    const auto cache = Open();

    ASSERT_THAT(cache, IsOk());
    ExpectPictures(**cache);
    ExpectPictures(**cache);  // now that checksums were compared
    EXPECT_EQ(FilesInCache().size(), 1u);
  }
}

// Several megabytes, of which nothing is kept.
TEST_F(DiskCacheTest, LargePicturesAreWrittenLikeAllOthers) {
  WriteTestFile(index_.files[5].path, absl::StrCat("P5 3000 2000 255\n", std::string(6'000'000, 'x')));
  options_.threads = 1;
  const auto cache = Open();

  ASSERT_THAT(cache, IsOk());
  Picture part;
  ASSERT_THAT((*cache)->Copy(5, {2998, 1999, 2, 1}, &part), IsOk());
  EXPECT_THAT(part.pixels, testing::ElementsAre('x', 'x'));
  EXPECT_EQ((*cache)->SizeOf(39), (PictureSize{5, WidthOf(39)}));
}

// Two machines write one file at the same time; the other one is done first. Its file may be open
// there, so it must not be replaced.
TEST_F(DiskCacheTest, AFileThatIsThereMeanwhileIsTaken) {
  const std::string path = (*Open())->path(), other = folder_ + "/other.pixels";
  for (const bool is_ours_written : {true, false}) {
    std::filesystem::rename(path, other);
    options_.progress = [&](int64_t, int64_t) {
      if (std::filesystem::exists(other)) std::filesystem::rename(other, path);
      return true;
    };
    FakeFileCalls calls;
    if (!is_ours_written) calls.FailNth(FileCall::kFsync, 1, EIO);

    const auto cache = Open(calls);

    ASSERT_THAT(cache, IsOk());
    ExpectPictures(**cache);
    EXPECT_EQ(calls.count(FileCall::kRename), 0);
    EXPECT_EQ(FilesInCache().size(), 1u);
  }
}

TEST_F(DiskCacheTest, UnfinishedFilesOfEndedProcessesGoAndThoseOfOtherMachinesStay) {
  const std::string path = (*Open())->path(), ours = TemporaryCacheName(path);
  const std::string theirs = path + ".tmp.0123456789abcdef.2000000000", ended = ours.substr(0, ours.rfind('.')) + ".2000000000";
  WriteTestFile(theirs, "");
  WriteTestFile(ended, "");

  ASSERT_THAT(Open(), IsOk());

  EXPECT_TRUE(std::filesystem::exists(theirs));
  EXPECT_FALSE(std::filesystem::exists(ended));
}

TEST_F(DiskCacheTest, IsWrittenOnce) {
  ASSERT_THAT(Open(), IsOk());
  int64_t told = 0;
  options_.progress = [&](int64_t, int64_t) { return ++told > 0; };

  const auto cache = Open();

  ASSERT_THAT(cache, IsOk());
  EXPECT_EQ(told, 0);
  ExpectPictures(**cache);
}

TEST_F(DiskCacheTest, AChangedFileOrConfigGetsAnother) {
  const std::string first = (*Open())->path();
  WriteTestFile(index_.files[3].path, "P5 1 1 255\nx");
  const auto changed = Open();
  decode_.set_colour(DecodeConfig::RGB);
  const auto colour = Open();

  EXPECT_NE((*changed)->path(), first);
  EXPECT_EQ((*changed)->SizeOf(3), (PictureSize{1, 1}));
  EXPECT_NE((*colour)->path(), (*changed)->path());
  Picture part;
  ASSERT_THAT((*colour)->Copy(3, {0, 0, 1, 1}, &part), IsOk());
  EXPECT_EQ(part.channels, 3);
}

TEST_F(DiskCacheTest, IsReadByManyThreads) {
  const std::shared_ptr<DiskCache> cache = Open().value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { ExpectPictures(*cache); });
  for (std::thread& thread : threads) thread.join();
}

TEST_F(DiskCacheTest, ADamagedTableIsWrittenAgainAndDamagedPixelsAreAnError) {
  const std::string path = (*Open())->path();
  std::string bytes = ReadFile(path).value();
  std::string table = bytes;
  table[bytes.size() - 100] ^= 1;
  for (const std::string& damaged : {table, bytes.substr(0, bytes.size() - 1), bytes.substr(0, 20), std::string()}) {
    WriteTestFile(path, damaged);
    const auto cache = Open();
    ASSERT_THAT(cache, IsOk());
    ExpectPictures(**cache);
  }

  bytes[8] ^= 1;
  WriteTestFile(path, bytes);
  const auto cache = Open();
  Picture part;
  EXPECT_THAT((*cache)->Copy(0, {0, 0, 1, 1}, &part), Fails(ExitCode::kData, AllOf(HasSubstr(path), HasSubstr("delete it"))));
  EXPECT_THAT((*cache)->Copy(1, {0, 0, 1, 1}, &part), IsOk());
}

TEST_F(DiskCacheTest, WhatFailsLeavesNoFile) {
  FakeFileCalls full;
  full.FailWritesAfter(500, ENOSPC);
  EXPECT_THAT(Open(full), Fails(ExitCode::kOutput, HasSubstr("No space left on device")));
  EXPECT_THAT(FilesInCache(), testing::IsEmpty());

  for (const FileCall call : {FileCall::kFsync, FileCall::kRename}) {
    FakeFileCalls calls;
    calls.FailNth(call, 1, EIO);
    EXPECT_THAT(Open(calls), Fails(ExitCode::kOutput, HasSubstr("Input/output error")));
    EXPECT_THAT(FilesInCache(), testing::IsEmpty());
  }

  options_.progress = [](int64_t done, int64_t all) { return done < all / 2; };
  EXPECT_TRUE(absl::IsCancelled(Open().status()));
  EXPECT_THAT(FilesInCache(), testing::IsEmpty());
}

}  // namespace
}  // namespace mica
