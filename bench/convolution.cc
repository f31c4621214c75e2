// mica's convolutions against LibTorch's (rows B9 and B19 of bench/README.md): forward and backward
// of a 3x3 layer with 2 threads, in one process, each in its best layout. B9, few channels, shows
// where models/kernels/chwn_layers.cc should switch between the two. B19, many channels, shows what
// models/kernels/nhwc_weight_gradient.h gains.
#include <ATen/Parallel.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randn.h>
#include <torch/csrc/autograd/autograd.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "models/kernels/chwn_layers.h"
#include "models/kernels/nhwc_convolution.h"

namespace mica {
namespace {

constexpr int kThreads = 2;
constexpr int64_t kImages = 32, kImagesOfManyChannels = 4, kKernel = 3, kPadding = 1;
constexpr int kPairs = 31;
constexpr int kQuickPairs = 9;
constexpr int kRepeats = 5;  // of the work, in each sample

struct Case {
  int64_t in_channels, out_channels, side_px;
};

constexpr Case kCases[] = {{1, 10, 28},  {3, 12, 32},  {4, 4, 28},   {8, 8, 28},   {10, 10, 28},
                           {10, 10, 14}, {12, 12, 28}, {16, 16, 28}, {24, 24, 28}, {32, 32, 28}};

// ResNet-18's.
constexpr Case kCasesOfManyChannels[] = {{64, 64, 56}, {128, 128, 28}, {256, 256, 14}, {512, 512, 7}};

using Convolution = std::function<at::Tensor(const at::Tensor& images, const at::Tensor& weight, const at::Tensor& bias)>;

// The layer's own layout, in which the layer before would leave its images.
using Layout = std::function<at::Tensor(const at::Tensor& images)>;

Contestant Layer(const std::string& name, const Case& c, int64_t batch, const Convolution& convolution, const Layout& layout) {
  const bool is_first = c.in_channels <= 3;  // the first layer's images need no gradient
  const at::Tensor images = layout(at::randn({batch, c.in_channels, c.side_px, c.side_px})).requires_grad_(!is_first);
  const at::Tensor weight =
      at::randn({c.out_channels, c.in_channels, kKernel, kKernel}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
  const at::Tensor bias = at::randn({c.out_channels}).requires_grad_();
  const at::Tensor gradient = layout(at::randn({batch, c.out_channels, c.side_px, c.side_px}));
  std::vector<at::Tensor> variables = {weight, bias};
  if (!is_first) variables.push_back(images);
  return {name, [=]() -> absl::StatusOr<Sample> {
            const auto start = std::chrono::steady_clock::now();
            for (int i = 0; i < kRepeats; ++i) torch::autograd::grad({convolution(images, weight, bias)}, variables, {gradient});
            return Sample{std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / kRepeats};
          }};
}

at::Tensor ChannelsLast(const at::Tensor& images) {
  return images.contiguous(at::MemoryFormat::ChannelsLast);
}

Contestant LibTorchs(const Case& c, int64_t batch) {
  return Layer(
      "LibTorch", c, batch,
      [](const auto& images, const auto& weight, const auto& bias) { return at::conv2d(images, weight, bias, 1, kPadding); }, ChannelsLast);
}

Contestant OfFewChannels(const Case& c) {
  return Layer(
      "mica", c, kImages,
      [](const auto& images, const auto& weight, const auto& bias) { return ChwnConv2d(images, weight, bias, kPadding); },
      [](const at::Tensor& images) {
        return images.permute({1, 2, 3, 0}).contiguous().permute({3, 0, 1, 2});
      });
}

Contestant OfManyChannels(const Case& c) {
  return Layer(
      "mica", c, kImagesOfManyChannels,
      [](const auto& images, const auto& weight, const auto& bias) {
        return NhwcConv2d(images, weight, bias, /*stride=*/1, kPadding, /*dilation=*/1, /*groups=*/1);
      },
      ChannelsLast);
}

absl::Status Measure(const BenchmarkSetup& setup, const std::string& row, const Case& c, const Contestant& peer, const Contestant& mica,
                     ComparisonReport* report) {
  const std::vector<Contestant> peers = {peer};
  const std::string work = absl::StrCat(c.in_channels, " to ", c.out_channels, " channels, ", c.side_px, "x", c.side_px);
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : kPairs;
  plan.warm_up = true;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, mica, plan));
  return report->Add(Compare(samples, peers, {row, work, 0, Quantity::Unit::kSeconds, {std::nullopt}}));
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  at::set_num_threads(kThreads);
  if (!FitsChwn(at::empty({kImages, 1, 1, 1}))) return DataError("this processor has no AVX2: mica takes LibTorch's convolutions");
  for (const Case& c : kCases) {
    if (!setup.Wants("B9")) break;
    MICA_RETURN_IF_ERROR(Measure(setup, "B9", c, LibTorchs(c, kImages), OfFewChannels(c), report));
  }
  for (const Case& c : kCasesOfManyChannels) {
    if (!setup.Wants("B19")) break;
    MICA_RETURN_IF_ERROR(Measure(setup, "B19", c, LibTorchs(c, kImagesOfManyChannels), OfManyChannels(c), report));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  mica::BenchmarkText text = {"convolution", "Measures convolutions in mica and in LibTorch. Takes a minute or two."};
  text.has_python_peers = false;
  text.rows = {"B9", "B19"};
  return mica::BenchmarkMain(text, mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
