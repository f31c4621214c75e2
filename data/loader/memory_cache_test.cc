#include "data/loader/memory_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <thread>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

// A system that grants at most a tebibyte.
[[gnu::noinline]] void* operator new[](size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return size <= size_t{1} << 40 ? std::malloc(size) : nullptr;
}
[[gnu::noinline]] void* operator new[](size_t size) {
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Picture Counting(int32_t height, int32_t width, int channels, int first = 0) {
  Picture picture;
  picture.Reshape(height, width, channels);
  for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(first + i);
  return picture;
}

std::shared_ptr<MemoryCache> CacheOf(std::vector<PictureSize> sizes, int channels) {
  return MemoryCache::Create(std::move(sizes), channels, std::nullopt).value();
}

TEST(MemoryCacheTest, GivesPartsOfWhatItKept) {
  const auto cache = CacheOf({{2, 3}, {4, 5}}, 3);
  const Picture picture = Counting(4, 5, 3);
  EXPECT_EQ(cache->SizeOf(1), std::nullopt);

  cache->Keep(1, picture);

  EXPECT_EQ(cache->SizeOf(0), std::nullopt);
  EXPECT_EQ(cache->SizeOf(1), (PictureSize{4, 5}));
  Picture part;
  ASSERT_THAT(cache->Copy(1, {/*left_px=*/1, /*top_px=*/2, /*width_px=*/3, /*height_px=*/2}, &part), IsOk());
  EXPECT_EQ(part.height_px, 2);
  EXPECT_EQ(part.width_px, 3);
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 9; ++x) EXPECT_EQ(part.Row(y)[x], picture.Row(y + 2)[x + 3]) << y << " " << x;
  }
}

TEST(MemoryCacheTest, KeepsNothingOfAnotherSize) {
  const auto cache = CacheOf({{2, 3}, {}}, 1);

  cache->Keep(0, Counting(3, 2, 1));
  cache->Keep(1, Counting(1, 1, 1));

  EXPECT_EQ(cache->SizeOf(0), std::nullopt);
  EXPECT_EQ(cache->SizeOf(1), std::nullopt);
}

TEST(MemoryCacheTest, ThreadsCanFillItTogether) {
  const auto cache = CacheOf(std::vector<PictureSize>(100, {8, 8}), 1);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      Picture part;
      for (int id = 0; id < 100; ++id) {
        cache->Keep(id, Counting(8, 8, 1, id));
        if (!cache->SizeOf(id).has_value()) continue;  // another thread is at it
        ASSERT_THAT(cache->Copy(id, {0, 0, 8, 8}, &part), IsOk());
        ASSERT_EQ(part.pixels, Counting(8, 8, 1, id).pixels);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int id = 0; id < 100; ++id) EXPECT_TRUE(cache->SizeOf(id).has_value());
}

TEST(MemoryCacheTest, IsRefusedWithItsFiguresIfItDoesNotFit) {
  const std::vector<PictureSize> sizes(3, {1024, 1024});

  EXPECT_THAT(
      MemoryCache::Create(sizes, 3, 9 << 20),
      Fails(ExitCode::kConfig, AllOf(HasSubstr("loader.memory_cache: 3 decoded pictures take 9.0 MiB of 9.0 MiB that are available"))));
  const auto cache = MemoryCache::Create(sizes, 3, 11 << 20);
  ASSERT_THAT(cache, IsOk());
  EXPECT_EQ((*cache)->bytes(), 9 << 20);
  EXPECT_EQ((*cache)->summary(), "memory_cache: 3 decoded pictures take 9.0 MiB of 11.0 MiB");
}

TEST(MemoryCacheTest, IsRefusedIfTheSystemDoesNotGrantTheMemory) {
  EXPECT_THAT(MemoryCache::Create({{1 << 20, 1 << 20}}, 3, std::nullopt),
              Fails(ExitCode::kConfig, AllOf(HasSubstr("1 decoded pictures take 3145728.0 MiB, and the system does not grant so much"),
                                             HasSubstr("disk_cache"))));
}

TEST(DecodedSizesTest, AreThoseOfTheHeaders) {
  const std::string folder = MakeTestFolder("memory_cache");
  WriteTestFile(folder + "/a.pgm", "P5 3 2 255\n123456");
  WriteTestFile(folder + "/shard.tar", "headerP5 1 2 255\nab P6 2 1 255\nabcdef");
  DatasetIndex index;
  for (const char* name : {"/a.pgm", "/gone.pgm", "/shard.tar"}) index.files.emplace_back().path = folder + name;
  const auto add = [&](int32_t file, int64_t offset, int64_t length) {
    ImageRecord record;
    record.id = static_cast<int64_t>(index.records.size());
    record.file = file;
    record.offset = offset;
    record.length = length;
    index.records.push_back(record);
  };
  add(0, 0, 0);
  add(1, 0, 0);
  add(2, 6, 13);
  add(2, 20, 17);

  const std::vector<PictureSize> sizes = DecodedSizes(index, RegionDecoder(DecodeConfig(), 3), /*threads=*/2);

  EXPECT_THAT(sizes, testing::ElementsAre(PictureSize{2, 3}, PictureSize{}, PictureSize{2, 1}, PictureSize{1, 2}));
}

}  // namespace
}  // namespace mica
