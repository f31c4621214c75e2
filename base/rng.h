// Random numbers that depend only on their key: Philox4x32-10 (Salmon et al. 2011, "Parallel Random
// Numbers: As Easy as 1, 2, 3").
//   Rng rng(seed, RngStream::kShuffle, epoch, /*sample=*/0);
//   const double probability = rng.Uniform();
// Key = seed; counter = (draw, stream << 24 | epoch, low and high half of sample). So a sample's
// draws do not depend on the number of threads, and resuming needs no stored generator. StepSeed
// seeds torch's generator, which serves initialisation and dropout.
// Rng(42, RngStream::kShuffle, 1, 0) gives the words eb27a059 9d042754 802ca5e5 80fb0a57 589fd033
// …, or the fractions 0.6133446295090423 0.5038305724739751 …
// RandomOrder(42, RngStream::kShuffle, 1, 60000) begins 13305 12963 5222 56147 50393 36635 27454
// 43539.
// Not thread-safe. Make one for each sample; that costs nothing.
#ifndef MICA_BASE_RNG_H_
#define MICA_BASE_RNG_H_

#include <cstdint>
#include <vector>

namespace mica {

// Never renumber: the numbers are part of what a seed means.
enum class RngStream : uint8_t {
  kInitialisation = 1,  // torch's generator before the model is made
  kTrainStep = 2,       // torch's generator before each training step: dropout
  kShuffle = 3,         // the order of an epoch
  kAugmentation = 4,    // a sample's transforms: see SampleCopy
  kMixing = 5,          // a batch's MixUp or CutMix; sample: the batch's number in its epoch
  kSampling = 6,        // which samples an epoch has, where it draws them
  kTestViews = 7,       // a sample's transforms in test-time augmentation; epoch: 1
  kBootstrap = 8,       // which samples a resample has; epoch: 0, sample: the resample's number
  kEmbedding = 9,       // where points of an embedding start; sample: the row
};

class Rng {
 public:
  // epoch counts from 1 (0 if there is none) and is below 2^24; sample is a record's id.
  Rng(uint64_t seed, RngStream stream, int64_t epoch, int64_t sample);

  uint32_t NextU32();
  uint64_t NextU64();
  double Uniform();                       // [0, 1), 53 random bits
  uint64_t UniformBelow(uint64_t bound);  // [0, bound) without bias; bound > 0

 private:
  uint32_t key_[2];
  uint32_t counter_[4];
  uint32_t block_[4];
  int used_ = 4;  // how many words of block_ were given out
};

// The `sample` of a record that is prepared several times in an epoch, as several views or because
// the epoch repeats it: each copy has draws of its own. Copy 0 is the record's id. Ids are below
// 2^40, copies below 2^23.
inline int64_t SampleCopy(int64_t id, int64_t copy) {
  return id | copy << 40;
}

// 0 … count-1 in an epoch's random order (Fisher and Yates).
std::vector<int64_t> RandomOrder(uint64_t seed, RngStream stream, int64_t epoch, int64_t count);

// The seed of torch's generator at a step (0 for initialisation).
uint64_t StepSeed(uint64_t seed, RngStream stream, int64_t step);

}  // namespace mica

#endif  // MICA_BASE_RNG_H_
