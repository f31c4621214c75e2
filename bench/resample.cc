// mica's resize against OpenCV's (row B17 of bench/README.md): a thousand pictures, one thread, in
// one process. A sample is a thousand times the fastest of its repeats. Each repeat scales another
// box, as in training, so nothing that was computed for the box before can be used again.
// INTER_AREA smooths as mica does, by another filter; INTER_LINEAR looks at four pixels of the
// source for each result, however much the picture shrinks.
#include "data/augment/resample.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

constexpr int kPairs = 31;
constexpr int kQuickPairs = 3;
constexpr int kRepeats = 20;  // of the work, in each sample
constexpr int kPictures = 1000;
constexpr double kPublishedRate = 2.2e9;  // fast_image_resize on AVX2: pixels of the source a second
constexpr PictureSize kScaled = {224, 224};

struct Case {
  PictureSize source;
  ResampleFilter filter;
  const char* filter_name;
};

constexpr Case kCases[] = {{{375, 500}, ResampleFilter::kBilinear, "bilinear"},
                           {{375, 500}, ResampleFilter::kBicubic, "bicubic"},
                           {{268, 270}, ResampleFilter::kBilinear, "bilinear"},
                           {{520, 520}, ResampleFilter::kBilinear, "bilinear"}};

Picture NoisyPicture(PictureSize size) {
  Picture picture;
  picture.Reshape(size.height_px, size.width_px, 3);
  std::mt19937 engine(1);
  for (uint8_t& value : picture.pixels) value = static_cast<uint8_t>(engine());
  return picture;
}

// One pixel less on two sides, every other time.
PictureRegion BoxOf(PictureSize size, int repeat) {
  const int32_t less = repeat % 2;
  return {less, less, size.width_px - less, size.height_px - less};
}

Contestant Repeated(const std::string& name, std::function<void(int repeat)> work) {
  return {name, [work = std::move(work)]() -> absl::StatusOr<Sample> {
            double fastest = std::numeric_limits<double>::infinity();
            for (int i = 0; i < kRepeats; ++i) {
              const auto start = std::chrono::steady_clock::now();
              work(i);
              fastest = std::min(fastest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
            }
            return Sample{fastest * kPictures};
          }};
}

Contestant Micas(const Case& c, const std::string& name, const ResampleKernels* kernels) {
  auto resampler = std::make_shared<Resampler>(kernels);
  auto source = std::make_shared<const Picture>(NoisyPicture(c.source));
  auto result = std::make_shared<Picture>();
  return Repeated(name, [=](int repeat) {
    const PictureRegion box = BoxOf(c.source, repeat);
    ResampleRequest request;
    request.visible = box;
    request.box = {double(box.left_px), double(box.top_px), double(box.width_px), double(box.height_px)};
    request.size = kScaled;
    request.window = PictureRegion::Whole(kScaled);
    request.filter = c.filter;
    resampler->Resample(*source, request, result.get());
  });
}

Contestant OpenCvs(const Case& c, const std::string& name, int interpolation) {
  auto source = std::make_shared<Picture>(NoisyPicture(c.source));
  auto result = std::make_shared<cv::Mat>();
  return Repeated(name, [=](int repeat) {
    const cv::Mat pixels(c.source.height_px, c.source.width_px, CV_8UC3, source->pixels.data());
    const PictureRegion box = BoxOf(c.source, repeat);
    cv::resize(pixels(cv::Rect(box.left_px, box.top_px, box.width_px, box.height_px)), *result, {kScaled.width_px, kScaled.height_px}, 0, 0,
               interpolation);
  });
}

std::vector<Contestant> Peers(const Case& c) {
  std::vector<Contestant> peers = {OpenCvs(c, "OpenCV, INTER_AREA", cv::INTER_AREA), OpenCvs(c, "OpenCV, INTER_LINEAR", cv::INTER_LINEAR)};
  const double published_seconds = kPictures * static_cast<double>(c.source.pixels()) / kPublishedRate;
  peers.push_back({"2.2 Gpixel/s", [=]() -> absl::StatusOr<Sample> { return Sample{published_seconds}; }});
  peers.push_back(Micas(c, "mica without AVX", nullptr));
  if (__builtin_cpu_supports("avx2")) peers.push_back(Micas(c, "mica with AVX2", &kResampleKernelsAvx2));
  return peers;
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  cv::setNumThreads(0);
  for (const Case& c : kCases) {
    const std::vector<Contestant> peers = Peers(c);
    const std::string work = absl::StrCat(kPictures, " pictures, ", c.source.width_px, "x", c.source.height_px, " to ", kScaled.width_px,
                                          "x", kScaled.height_px, ", ", c.filter_name);
    MeasurementPlan plan;
    plan.pairs = setup.quick ? kQuickPairs : kPairs;
    plan.warm_up = true;
    MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, Micas(c, "mica", FindResampleKernels()), plan));
    const Quantity quantity = {"B17", work, 0, Quantity::Unit::kSeconds, std::vector<std::optional<double>>(peers.size())};
    MICA_RETURN_IF_ERROR(report->Add(Compare(samples, peers, quantity)));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  mica::BenchmarkText text = {"resample", "Measures how fast mica and OpenCV scale pictures. Takes a quarter of a minute."};
  text.has_python_peers = false;
  return mica::BenchmarkMain(text, mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
