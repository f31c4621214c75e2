// One piece of mica's work in bench/image_pipeline.cc, in a process of its own.
#include <glog/logging.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/number_format.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "bench/jpeg_region_limit.h"
#include "bench/picture_tree.h"

namespace mica {
namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

absl::Status Tree(const Words& words) {
  PictureTreeSpec spec;
  spec.half_colours = true;
  if (!absl::SimpleAtoi(words[1], &spec.pictures)) return FlagError("tree: PICTURES must be a whole number");
  spec.different = spec.pictures;
  return MakePictureTree(words[0], spec);
}

PictureRegion Draw(Rng* rng, int W, int H) {
  for (int i = 0; i < 10; ++i) {
    const double area = W * H * (.08 + .92 * rng->Uniform());
    const double ratio = std::exp(std::log(3. / 4) + rng->Uniform() * (std::log(4. / 3) - std::log(3. / 4)));
    const int w = std::lround(std::sqrt(area * ratio)), h = std::lround(std::sqrt(area / ratio));
    if (w > W || h > H) continue;
    return {static_cast<int>(rng->UniformBelow(W - w + 1)), static_cast<int>(rng->UniformBelow(H - h + 1)), w, h};
  }
  return {0, 0, W, H};
}

absl::Status Limit(const Words& words) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(words[0]))
    if (!entry.is_directory()) files.push_back(*ReadFile(entry.path()));
  JpegRegionLimit limit;
  const auto start = Clock::now();
  int64_t pixels = 0, crop = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    Rng rng(1, RngStream::kAugmentation, 1, i);
    const PictureRegion r = words[1] == "whole" ? PictureRegion{0, 0, 500, 375} : Draw(&rng, 500, 375);
    pixels += limit.Decode(files[i], r);
    crop += r.size().pixels();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::cout << files.size() / seconds << "/s, decoded share " << double(pixels) / files.size() / (500 * 375) << " crop share " << double(crop) / files.size() / (500 * 375) << "\n";
  return absl::OkStatus();
}

int Main(const Words& words) {
  struct Verb {
    size_t words;
    absl::Status (*run)(const Words& words);
  };
  const std::map<std::string, Verb> verbs = {{"tree", {2, Tree}}, {"limit", {2, Limit}}};
  const auto verb = verbs.find(words.empty() ? "" : words[0]);
  if (verb == verbs.end() || words.size() != verb->second.words + 1) return 1;
  const absl::Status status = verb->second.run(Words(words.begin() + 1, words.end()));
  if (!status.ok()) std::cerr << "error: " << status.message() << "\n";
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::Main(std::vector<std::string>(argv + 1, argv + argc));
}
