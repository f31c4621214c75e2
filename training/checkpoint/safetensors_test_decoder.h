// Reads safetensors files for tests. Written from the format's description, not from our writer.
//   const DecodedSafetensors file = DecodeForTest(bytes);
//   file.arrays.at("fc.bias").floats == std::vector<float>{…}
// A file that breaks a rule of the format fails the running test; the message names the rule.
#ifndef MICA_TRAINING_CHECKPOINT_SAFETENSORS_TEST_DECODER_H_
#define MICA_TRAINING_CHECKPOINT_SAFETENSORS_TEST_DECODER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mica {

struct DecodedArray {
  std::string dtype;
  std::vector<int64_t> shape;
  std::string bytes;
  std::vector<float> floats;  // of an F32 array
};

struct DecodedSafetensors {
  std::map<std::string, std::string> metadata;
  std::vector<std::string> names;  // in the order of the data
  std::map<std::string, DecodedArray> arrays;
};

DecodedSafetensors DecodeForTest(const std::string& file);

}  // namespace mica

#endif  // MICA_TRAINING_CHECKPOINT_SAFETENSORS_TEST_DECODER_H_
