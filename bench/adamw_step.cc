// Seconds of one AdamW step over ResNet-18's parameters, the C++ counterpart of
// peers/adamw_step.py:
//   adamw_step mica     mica's optimizer on flat buffers
//   adamw_step torch    torch::optim::AdamW
//   adamw_step memory   reads and writes the same memory and computes next to nothing: the lower
//     limit
//                       of a step that is bound by memory
// Prints step_seconds=S, the median of the steps after a warm-up.
#include <ATen/Parallel.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <glog/logging.h>
#include <torch/nn/module.h>
#include <torch/optim/adamw.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "bench/median_ratio.h"
#include "training/optim/flat_parameters.h"
#include "training/optim/optimizer.h"
#include "training/optim/optimizer.pb.h"

namespace mica {
namespace {

constexpr int kThreads = 2;
constexpr int kWarmUpSteps = 5;
constexpr int kSteps = 20;
constexpr double kLearningRate = 1e-3;

using Shape = std::vector<int64_t>;

// The shapes of ResNet-18's parameters, in order: convolutions have no bias, normalisations have a
// weight and a bias.
std::vector<Shape> ResNet18Shapes() {
  std::vector<Shape> shapes;
  const auto add_convolution = [&](int64_t inputs, int64_t outputs, int64_t kernel) {
    shapes.insert(shapes.end(), {{outputs, inputs, kernel, kernel}, {outputs}, {outputs}});
  };
  int64_t inputs = 64;
  add_convolution(3, inputs, 7);
  for (const int64_t outputs : {64, 128, 256, 512}) {
    for (int block = 0; block < 2; ++block) {
      add_convolution(inputs, outputs, 3);
      add_convolution(outputs, outputs, 3);
      // The shortcut, in the first block.
      if (inputs != outputs) add_convolution(inputs, outputs, 1);
      inputs = outputs;
    }
  }
  shapes.insert(shapes.end(), {{1000, inputs}, {1000}});
  return shapes;
}

// Parameters and their gradients, which is all an optimizer needs.
class ParametersOfResNet18 : public torch::nn::Module {
 public:
  ParametersOfResNet18() {
    int64_t count = 0;
    for (const Shape& shape : ResNet18Shapes()) {
      const std::string name = absl::StrCat("p", parameters().size());
      count += register_parameter(name, at::randn(shape)).numel();
    }
    CHECK(parameters().size() == 62 && count == 11689512) << parameters().size() << " tensors, " << count << " numbers";
  }

  void DrawGradients() {
    for (torch::Tensor& parameter : parameters()) {
      const torch::Tensor gradient = at::randn(parameter.sizes());
      if (parameter.grad().defined()) {
        parameter.mutable_grad().copy_(gradient);  // into mica's buffer
      } else {
        parameter.mutable_grad() = gradient;
      }
    }
  }
};

double MedianSeconds(const std::function<void()>& step) {
  std::vector<double> seconds;
  for (int i = 0; i < kWarmUpSteps + kSteps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step();
    if (i >= kWarmUpSteps) seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return Median(seconds);
}

double MicaSeconds() {
  ParametersOfResNet18 model;
  FlatParameters parameters(model);
  model.DrawGradients();
  OptimizerConfig config;
  config.mutable_adamw()->set_learning_rate(kLearningRate);
  const absl::StatusOr<std::unique_ptr<Optimizer>> optimizer = CreateOptimizer(config, &parameters);
  CHECK(optimizer.ok()) << optimizer.status();
  return MedianSeconds([&] { (*optimizer)->Step({kLearningRate}); });
}

double TorchSeconds() {
  ParametersOfResNet18 model;
  model.DrawGradients();
  torch::optim::AdamW optimizer(model.parameters(), torch::optim::AdamWOptions(kLearningRate));
  return MedianSeconds([&] { optimizer.step(); });
}

// The memory traffic of a step: reads values, gradients and both means; writes all but the
// gradients.
double MemorySeconds() {
  ParametersOfResNet18 model;
  FlatParameters parameters(model);
  model.DrawGradients();
  const at::Tensor mean = parameters.NewBuffer(), square = parameters.NewBuffer();
  const auto* const gradients = parameters.gradients().const_data_ptr<float>();
  float* const values = parameters.values().mutable_data_ptr<float>();
  float* const means = mean.mutable_data_ptr<float>();
  float* const squares = square.mutable_data_ptr<float>();
  return MedianSeconds([&] {
    at::parallel_for(0, parameters.values().numel(), 1, [&](int64_t begin, int64_t end) {
#pragma omp simd
      for (int64_t i = begin; i < end; ++i) {
        values[i] += gradients[i];
        means[i] += gradients[i];
        squares[i] += gradients[i];
      }
    });
  });
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  const std::map<std::string, double (*)()> kinds = {
      {"mica", mica::MicaSeconds}, {"torch", mica::TorchSeconds}, {"memory", mica::MemorySeconds}};
  const auto kind = kinds.find(argc == 2 ? argv[1] : "");
  if (kind == kinds.end()) {
    std::cerr << "usage: adamw_step mica|torch|memory (bazel run //bench:optimizer_step compares them with PyTorch in Python)\n";
    return 1;
  }
  at::set_num_threads(mica::kThreads);
  std::cout << "step_seconds=" << mica::FormatNumber(kind->second()) << "\n";
  return 0;
}
