// TimeLayers: the body of `mica summary --time`.
#include <ATen/ops/rand.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/available_memory.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"
#include "experiments/runner/device.h"
#include "experiments/runner/memory_check.h"
#include "experiments/runner/model_input.h"
#include "experiments/runner/stages.h"
#include "experiments/runner/verb_bodies.h"

namespace mica {
namespace {

constexpr int kLeastPasses = 3, kMostPasses = 100;
constexpr std::chrono::seconds kEnough(2);

double Median(std::vector<double>* values) {
  const auto middle = values->begin() + static_cast<int64_t>(values->size() / 2);
  std::nth_element(values->begin(), middle, values->end());
  return *middle;
}

// Milliseconds from one call to the next.
class Laps {
 public:
  explicit Laps(c10::Device device) : device_(device) { Next(); }

  double Next() {
    if (device_.is_cuda()) c10::impl::VirtualGuardImpl(device_.type()).synchronizeDevice(device_.index());
    const auto now = std::chrono::steady_clock::now();
    const double milliseconds = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return milliseconds;
  }

 private:
  const c10::Device device_;
  std::chrono::steady_clock::time_point last_;
};

LayerTimes TimePasses(Classifier& model, const at::Tensor& images) {
  const c10::InferenceMode inference;
  std::map<std::string, std::vector<double>> layers;
  std::vector<double> whole;
  const auto end = std::chrono::steady_clock::now() + kEnough;
  LayerTimes times;
  for (; times.passes < kLeastPasses || (times.passes < kMostPasses && std::chrono::steady_clock::now() < end); ++times.passes) {
    Laps laps(images.device());
    model.ForwardWatched(images, [&](const std::string& layer, const at::Tensor&) { layers[layer].push_back(laps.Next()); });
    laps.Next();
    model.forward(images);
    whole.push_back(laps.Next());
  }
  for (auto& [layer, milliseconds] : layers) times.milliseconds[layer] = Median(&milliseconds);
  times.whole_milliseconds = Median(&whole);
  return times;
}

}  // namespace

absl::StatusOr<LayerTimes> TimeLayers(const Experiment& experiment, const ImageShape& image_shape, int num_classes, int64_t batch_size) {
  MICA_ASSIGN_OR_RETURN(const InferredModel inferred, InferModelFor(experiment, image_shape, num_classes));
  MICA_RETURN_IF_ERROR(CheckPassMemory(experiment, inferred, "--time_batch", batch_size, TotalMemoryBytes()));
  MICA_ASSIGN_OR_RETURN(const BuiltModel model, BuildModel(experiment, inferred));
  LayerTimes times;
  MICA_RETURN_IF_ERROR(GuardTorch("timing the layers", [&] {
    model.classifier->eval();
    const at::Tensor images = at::rand({batch_size, image_shape.channels, image_shape.height_px, image_shape.width_px})
                                  .to(model.device)
                                  .contiguous(at::MemoryFormat::ChannelsLast);
    times = TimePasses(*model.classifier, images);
  }));
  times.batch_size = batch_size;
  times.device = DeviceName(model.device);
  return times;
}

}  // namespace mica
