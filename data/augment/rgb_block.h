// 64 RGB pixels with their channels apart, so that the compiler vectorises what is done to them.
//   ChangeRgbBlocks(pixels, count, [](RgbBlock* block) __attribute__((always_inline)) {
//     for (int i = 0; i < kBlockPixels; ++i) block->red[i] = block->green[i];
//   });
// Inlined always, for functions of several processor versions (processor_versions.h).
#ifndef MICA_DATA_AUGMENT_RGB_BLOCK_H_
#define MICA_DATA_AUGMENT_RGB_BLOCK_H_

#include <cstdint>
#include <cstring>

namespace mica {

constexpr int kBlockPixels = 64;  // vectors of any processor go into it several times

struct RgbBlock {
  uint8_t red[kBlockPixels];
  uint8_t green[kBlockPixels];
  uint8_t blue[kBlockPixels];
};

namespace rgb_block_internal {

typedef uint8_t Bytes __attribute__((vector_size(16)));

[[gnu::always_inline]] inline Bytes At(const uint8_t* bytes) {
  Bytes result;
  std::memcpy(&result, bytes, sizeof(result));
  return result;
}

[[gnu::always_inline]] inline void Put(Bytes bytes, uint8_t* to) {
  std::memcpy(to, &bytes, sizeof(bytes));
}

// 16 pixels, the block's from `at` on. -1: whatever. The first shuffle of a pair leaves those
// places to the second.
[[gnu::always_inline]] inline void Split(const uint8_t* pixels, int at, RgbBlock* block) {
  const Bytes a = At(pixels);
  const Bytes b = At(pixels + 16);
  const Bytes c = At(pixels + 32);
  const Bytes red = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, -1, -1, -1, -1, -1);
  const Bytes green = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, -1, -1, -1, -1, -1);
  const Bytes blue = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, -1, -1, -1, -1, -1, -1);
  Put(__builtin_shufflevector(red, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29), block->red + at);
  Put(__builtin_shufflevector(green, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30), block->green + at);
  Put(__builtin_shufflevector(blue, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31), block->blue + at);
}

[[gnu::always_inline]] inline void Join(const RgbBlock& block, int at, uint8_t* pixels) {
  const Bytes red = At(block.red + at);
  const Bytes green = At(block.green + at);
  const Bytes blue = At(block.blue + at);
  const Bytes a = __builtin_shufflevector(red, green, 0, 16, -1, 1, 17, -1, 2, 18, -1, 3, 19, -1, 4, 20, -1, 5);
  const Bytes b = __builtin_shufflevector(red, green, 21, -1, 6, 22, -1, 7, 23, -1, 8, 24, -1, 9, 25, -1, 10, 26);
  const Bytes c = __builtin_shufflevector(red, green, -1, 11, 27, -1, 12, 28, -1, 13, 29, -1, 14, 30, -1, 15, 31, -1);
  Put(__builtin_shufflevector(a, blue, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15), pixels);
  Put(__builtin_shufflevector(b, blue, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), pixels + 16);
  Put(__builtin_shufflevector(c, blue, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), pixels + 32);
}

[[gnu::always_inline]] inline void SplitAll(const uint8_t* pixels, RgbBlock* block) {
  for (int at = 0; at < kBlockPixels; at += 16) Split(pixels + 3 * at, at, block);
}

[[gnu::always_inline]] inline void JoinAll(const RgbBlock& block, uint8_t* pixels) {
  for (int at = 0; at < kBlockPixels; at += 16) Join(block, at, pixels + 3 * at);
}

}  // namespace rgb_block_internal

// work(RgbBlock*) changes blocks in place; it is called with black pixels behind the last one.
template <typename Work>
[[gnu::always_inline]] inline void ChangeRgbBlocks(uint8_t* pixels, int64_t count, Work work) {
  constexpr int kBytes = 3 * kBlockPixels;
  RgbBlock block;
  int64_t done = 0;
  for (; done + kBlockPixels <= count; done += kBlockPixels) {
    rgb_block_internal::SplitAll(pixels + 3 * done, &block);
    work(&block);
    rgb_block_internal::JoinAll(block, pixels + 3 * done);
  }
  if (done == count) return;
  uint8_t rest[kBytes] = {};
  std::memcpy(rest, pixels + 3 * done, 3 * (count - done));
  rgb_block_internal::SplitAll(rest, &block);
  work(&block);
  rgb_block_internal::JoinAll(block, rest);
  std::memcpy(pixels + 3 * done, rest, 3 * (count - done));
}

// Only looks.
template <typename Work>
[[gnu::always_inline]] inline void ReadRgbBlocks(const uint8_t* pixels, int64_t count, Work work) {
  constexpr int kBytes = 3 * kBlockPixels;
  RgbBlock block;
  int64_t done = 0;
  for (; done + kBlockPixels <= count; done += kBlockPixels) {
    rgb_block_internal::SplitAll(pixels + 3 * done, &block);
    work(block);
  }
  if (done == count) return;
  uint8_t rest[kBytes] = {};
  std::memcpy(rest, pixels + 3 * done, 3 * (count - done));
  rgb_block_internal::SplitAll(rest, &block);
  work(block);
}

}  // namespace mica

#endif  // MICA_DATA_AUGMENT_RGB_BLOCK_H_
