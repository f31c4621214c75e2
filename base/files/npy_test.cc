#include "base/files/npy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace mica {
namespace {

// What NumPy 2.4.6 writes: import io, numpy
//   file = io.BytesIO()
//   numpy.save(file, numpy.array([[1, -2, 0.5], [0, 1e-3, 3e38]], "<f4"))
TEST(NpyTest, IsWhatNumpyWrites) {
  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  expected += std::string(128 - 1 - expected.size(), ' ') + "\n";
  expected += std::string("\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x3f\x00\x00\x00\x00\x6f\x12\x83\x3a\xe6\xb1\x61\x7f", 24);
  EXPECT_EQ(NpyBytes({2, 3}, {1.f, -2.f, .5f, 0.f, 1e-3f, 3e38f}), expected);
}

TEST(NpyTest, ShapesArePythonsTuplesAndValuesBeginAtAMultipleOf64) {
  const auto header = [](const std::vector<int64_t>& shape) {
    const std::string bytes = NpyBytes(shape, {});
    EXPECT_EQ(bytes.size() % 64, 0);
    EXPECT_EQ(bytes.back(), '\n');
    EXPECT_EQ(static_cast<size_t>(static_cast<uint8_t>(bytes[8]) + 256 * static_cast<uint8_t>(bytes[9])), bytes.size() - 10);
    return bytes;
  };
  EXPECT_NE(header({}).find("'shape': (), }"), std::string::npos);
  EXPECT_NE(header({7}).find("'shape': (7,), }"), std::string::npos);
  EXPECT_NE(header({1, 2, 3, 4}).find("'shape': (1, 2, 3, 4), }"), std::string::npos);
  // Whatever the header's length.
  for (int64_t size = 1; size < int64_t{1} << 60; size *= 10) header({size, size, size});
}

TEST(NpyTest, NotANumberAndInfinityStayWhatTheyAre) {
  const std::string bytes = NpyBytes({2}, {-std::numeric_limits<float>::infinity(), std::nanf("")});
  EXPECT_EQ(bytes.substr(bytes.size() - 8, 4), std::string("\x00\x00\x80\xff", 4));
  EXPECT_EQ(bytes.substr(bytes.size() - 4), std::string("\x00\x00\xc0\x7f", 4));
}

}  // namespace
}  // namespace mica
