#include "base/rng.h"

#include <Random123/philox.h>

#include <numeric>
#include <utility>

namespace mica {

Rng::Rng(uint64_t seed, RngStream stream, int64_t epoch, int64_t sample)
    : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      counter_{0, static_cast<uint32_t>(stream) << 24 | static_cast<uint32_t>(epoch), static_cast<uint32_t>(sample),
               static_cast<uint32_t>(static_cast<uint64_t>(sample) >> 32)} {}

uint32_t Rng::NextU32() {
  if (used_ == 4) {
    const r123::Philox4x32::ctr_type counter = {{counter_[0], counter_[1], counter_[2], counter_[3]}};
    const r123::Philox4x32::key_type key = {{key_[0], key_[1]}};
    const r123::Philox4x32::ctr_type block = r123::Philox4x32()(counter, key);
    for (int i = 0; i < 4; ++i) block_[i] = block[i];
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

uint64_t Rng::NextU64() {
  const uint64_t low = NextU32();
  return static_cast<uint64_t>(NextU32()) << 32 | low;
}

double Rng::Uniform() {
  return static_cast<double>(NextU64() >> 11) * 0x1.0p-53;
}

uint64_t Rng::UniformBelow(uint64_t bound) {
  // Draws below `remainder` would favour small results, because 2^64 is not a multiple of bound.
  const uint64_t remainder = -bound % bound;
  uint64_t number = NextU64();
  while (number < remainder) number = NextU64();
  return number % bound;
}

std::vector<int64_t> RandomOrder(uint64_t seed, RngStream stream, int64_t epoch, int64_t count) {
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  Rng rng(seed, stream, epoch, /*sample=*/0);
  for (int64_t i = count - 1; i > 0; --i) std::swap(order[i], order[rng.UniformBelow(i + 1)]);
  return order;
}

uint64_t StepSeed(uint64_t seed, RngStream stream, int64_t step) {
  return Rng(seed, stream, /*epoch=*/0, step).NextU64();
}

}  // namespace mica
