// Damages pictures by chance, for tests.
//   std::mt19937 random(20240611);
//   const std::string mutant = MutatePicture(sample.bytes, sample.format, &random);
#ifndef MICA_DATA_DECODE_PICTURE_MUTATOR_H_
#define MICA_DATA_DECODE_PICTURE_MUTATOR_H_

#include <random>
#include <string>

#include "data/decode/picture_format.h"

namespace mica {

// Flips bits, writes, removes and repeats bytes at a few places, or cuts. Most PNG mutants get
// right checksums, or they would end at the first chunk.
std::string MutatePicture(std::string bytes, PictureFormat format, std::mt19937* random);

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_MUTATOR_H_
