// mica's work in bench/embedding.cc, the counterpart of peers/embedding.py:
//   embedding_work make FILE ROWS COLUMNS   writes features, f32: 20 overlapping normal clusters
//   embedding_work tsne FILE COLUMNS        t-SNE with 2 threads; prints seconds=S divergence=D
#include <chrono>
#include <cmath>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/number_format.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "eval/embedding/tsne.h"

namespace mica {
namespace {

constexpr char kUsage[] =
    "usage: embedding_work make FILE ROWS COLUMNS | tsne FILE COLUMNS (bazel run //bench:embedding compares with scikit-learn)";
constexpr int64_t kClusters = 20;
constexpr double kSpreadOfCentres = 2;  // standard deviations of a cluster
constexpr double kTwoPi = 6.283185307179586;

double Normal(Rng* rng) {
  const double radius = std::sqrt(-2 * std::log(1 - rng->Uniform()));
  return radius * std::cos(kTwoPi * rng->Uniform());
}

absl::Status Make(const std::string& file, int64_t rows, int64_t columns) {
  std::vector<float> values;
  for (int64_t i = 0; i < rows; ++i) {
    Rng own(/*seed=*/1, RngStream::kEmbedding, /*epoch=*/2, i), centre(/*seed=*/1, RngStream::kEmbedding, /*epoch=*/3, i % kClusters);
    for (int64_t c = 0; c < columns; ++c) values.push_back(static_cast<float>(Normal(&own) + kSpreadOfCentres * Normal(&centre)));
  }
  return WriteNewFile(file, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

absl::Status EmbedFile(const std::string& file, int64_t columns) {
  MICA_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file));
  std::vector<float> values(bytes.size() / sizeof(float));
  memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  TsneOptions options;
  options.threads = 2;
  const auto start = std::chrono::steady_clock::now();
  MICA_ASSIGN_OR_RETURN(const Tsne tsne, ComputeTsne({values, columns}, options));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << "seconds=" << FormatNumber(seconds) << " divergence=" << FormatNumber(tsne.divergence) << "\n";
  return absl::OkStatus();
}

absl::Status Work(const std::vector<std::string>& words) {
  int64_t rows = 0, columns = 0;
  if (words.size() < 3 || !absl::SimpleAtoi(words.back(), &columns) || columns < 1) return FlagError(kUsage);
  if (words.size() == 4 && words[0] == "make" && absl::SimpleAtoi(words[2], &rows)) return Make(words[1], rows, columns);
  if (words.size() == 3 && words[0] == "tsne") return EmbedFile(words[1], columns);
  return FlagError(kUsage);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  const absl::Status status = mica::Work({argv + 1, argv + argc});
  if (!status.ok()) std::cerr << "error: " << status.message() << "\n";
  return static_cast<int>(mica::ExitCodeOf(status));
}
