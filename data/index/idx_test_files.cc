#include "data/index/idx_test_files.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

std::string NoisyBand(const IdxDatasetSize& size, int label, std::mt19937_64* random) {
  std::string pixels;
  for (int row = 0; row < size.height_px; ++row) {
    const bool bright = row * size.classes / size.height_px == label;
    for (int column = 0; column < size.width_px; ++column) pixels.push_back(static_cast<char>((bright ? 150 : 20) + (*random)() % 80));
  }
  return pixels;
}

void WritePair(const std::string& folder, absl::string_view prefix, int per_class, const IdxDatasetSize& size, std::mt19937_64* random) {
  const int count = per_class * size.classes;
  std::string pixels;
  std::string labels;
  for (int i = 0; i < count; ++i) {
    labels.push_back(static_cast<char>(i % size.classes));
    pixels += NoisyBand(size, i % size.classes, random);
  }
  const auto write = [&](absl::string_view name, const std::string& bytes) {
    WriteTestFile(absl::StrCat(folder, "/", prefix, name, size.gzip ? ".gz" : ""), size.gzip ? Gzip(bytes) : bytes);
  };
  const auto dimension = [](int value) { return static_cast<uint32_t>(value); };
  write("-images-idx3-ubyte", IdxBytes({dimension(count), dimension(size.height_px), dimension(size.width_px)}, pixels));
  write("-labels-idx1-ubyte", IdxBytes({dimension(count)}, labels));
}

}  // namespace

void WriteIdxDataset(const std::string& folder, const IdxDatasetSize& size) {
  std::mt19937_64 random(size.seed);
  WritePair(folder, "train", size.train_per_class, size, &random);
  if (size.test_per_class > 0) WritePair(folder, "t10k", size.test_per_class, size, &random);
}

std::string IdxBytes(const std::vector<uint32_t>& dimensions, absl::string_view data) {
  std::string bytes = {0, 0, 8, static_cast<char>(dimensions.size())};
  for (const uint32_t dimension : dimensions) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<char>(dimension >> shift));
  }
  absl::StrAppend(&bytes, data);
  return bytes;
}

}  // namespace mica
