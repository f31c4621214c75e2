// For tests: the arrays of a file, with their bytes.
//   TestArrays arrays;
//   arrays.Add("fc.bias", {2}, /*first=*/7).AddBytes("count", "I64", {}, std::string(8, '\0'));
#ifndef MICA_MODELS_WEIGHTS_TEST_ARRAYS_H_
#define MICA_MODELS_WEIGHTS_TEST_ARRAYS_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "models/weights/array_view.h"

namespace mica {

class TestArrays {
 public:
  // F32 values first, first + 1, ….
  TestArrays& Add(const std::string& name, const std::vector<int64_t>& shape, float first = 1) {
    int64_t size = 1;
    for (const int64_t dimension : shape) size *= dimension;
    std::vector<float> values;
    for (int64_t i = 0; i < size; ++i) values.push_back(first + static_cast<float>(i));
    return AddBytes(name, "F32", shape, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }

  // At an odd address, as in a file whose header was not padded.
  TestArrays& AddBytes(const std::string& name, const std::string& dtype, const std::vector<int64_t>& shape, const std::string& bytes) {
    bytes_.push_back(" " + bytes);
    arrays_.push_back({name, dtype, shape, absl::string_view(bytes_.back()).substr(1)});
    return *this;
  }

  const std::vector<ArrayView>& all() const { return arrays_; }

 private:
  std::deque<std::string> bytes_;
  std::vector<ArrayView> arrays_;
};

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TEST_ARRAYS_H_
