#include "experiments/proposal/network_choice.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "models/layers/layer_shapes.h"
#include "models/zoo/model_layers.h"
#include "models/zoo/published_weights.h"

namespace mica {
namespace {

// A training step of ResNet-18 on 16 images of 224 x 224 pixels takes 0.638 s on two cores with
// AVX-512, so 46e9 multiply-adds of forward passes a second are trained; half of that with AVX2.
constexpr double kTrainedPerSecond = 23e9;
constexpr double kForwardShare = 1.0 / 3;
// Depthwise convolutions and what stands around them are bound by memory: MobileNetV2 takes about four
// times as long as its products alone would.
constexpr double kProductsPerDepthwiseValue = 300;
// 512 JPEG pictures of 500 x 375 take 0.214 s on two cores with AVX-512: 2.2 ns a pixel. PNG costs
// about three times as much, and older processors half as much again.
constexpr double kSecondsPerPixel = 6e-9;
constexpr double kSecondsPerPicture = 1e-4;

constexpr double kManySamples = 10000;
constexpr double kBudget = 600, kMaxBudget = 3600;
constexpr int64_t kEnoughForResNet18 = 2000;

struct Rung {
  int channels;  // of a ResNet-9; 0: ResNet-18
  int size_px;
};

// Cheap to dear: 23, 51, 91, 203, 362, 458, 594, 929 and 1,819 million multiply-adds.
constexpr Rung kRungs[] = {{16, 32}, {16, 48}, {16, 64}, {24, 64}, {32, 64}, {24, 96}, {0, 128}, {0, 160}, {0, 224}};
constexpr int kChannelsAtFixedSize[] = {16, 24, 32};

// Of a pretrained network, best to cheapest: all of it trains, or the head alone. Shares of the size
// that a published network was trained on: 224, 160, 128.
constexpr double kShares[] = {1, 0.714, 0.571};
constexpr int kSmallSizes[] = {96, 64, 48, 32};
constexpr int kFewestTuningEpochs = 4;

ModelConfig ModelOf(const Rung& rung) {
  ModelConfig model;
  if (rung.channels == 0) {
    model.mutable_resnet18();
  } else {
    model.mutable_resnet9()->set_channels(rung.channels);
  }
  return model;
}

// The output values of depthwise convolutions.
double DepthwiseValues(absl::Span<const InferredLayer> layers) {
  double values = 0;
  for (const InferredLayer* const layer : LeavesOf(layers)) {
    const bool has_weight = !layer->tensors.empty() && layer->tensors[0].shape.size() == 4;
    if (has_weight && layer->tensors[0].shape[1] == 1 && layer->input.channels > 1) values += static_cast<double>(layer->activations);
  }
  return values;
}

// What an image costs; false for a network that such images do not fit.
bool SetCost(const TrainingTask& task, int channels, NetworkChoice* choice) {
  const PictureSize& image = choice->image;
  const absl::StatusOr<InferredModel> inferred =
      InferModel(choice->model, {channels, image.height_px, image.width_px}, std::max(2, task.classes));
  if (!inferred.ok()) return false;
  const InferredLayer total = TotalOf(inferred->layers);
  choice->multiply_adds = static_cast<double>(total.multiply_adds);
  choice->work = choice->multiply_adds + kProductsPerDepthwiseValue * DepthwiseValues(inferred->layers);
  return true;
}

// Fewer samples need more passes: 60 epochs for 900 samples and less, 18 for 10,000.
int EpochsFromScratch(int64_t samples) {
  return std::clamp(static_cast<int>(std::lround(1800 / std::sqrt(static_cast<double>(std::max<int64_t>(1, samples))))), 8, 60);
}

int EpochsOfTuning(int64_t samples) {
  return std::clamp(static_cast<int>(std::lround(600 / std::sqrt(static_cast<double>(std::max<int64_t>(1, samples))))), 5, 20);
}

// With as many epochs as the budget allows, at most `wanted`; at least `fewest`, even if late.
NetworkChoice Sized(NetworkChoice choice, const TrainingTask& task, int wanted, int fewest) {
  const double one = TrainingSeconds(task, choice.work, 1, choice.trains_head_alone);
  choice.budget_seconds = BudgetSeconds(task.train);
  choice.epochs = std::clamp(static_cast<int>(choice.budget_seconds / std::max(one, 1e-9)), fewest, wanted);
  choice.seconds = one * choice.epochs;
  choice.is_in_time = choice.seconds <= choice.budget_seconds;
  return choice;
}

std::vector<NetworkChoice> ChoicesFromScratch(const TrainingTask& task) {
  std::vector<NetworkChoice> choices;
  const auto add = [&](const Rung& rung, PictureSize image) {
    NetworkChoice choice;
    choice.model = ModelOf(rung);
    choice.image = image;
    if (SetCost(task, task.channels, &choice)) choices.push_back(std::move(choice));
  };
  if (task.keeps_size) {
    for (const int channels : kChannelsAtFixedSize) add({channels, 0}, task.picture);
  } else {
    const int largest = std::max(32, std::min(task.picture.height_px, task.picture.width_px));
    for (const Rung& rung : kRungs) {
      if (rung.size_px <= largest && (rung.channels > 0 || task.train >= kEnoughForResNet18)) add(rung, {rung.size_px, rung.size_px});
    }
  }
  return choices;
}

NetworkChoice FromScratch(const TrainingTask& task) {
  const std::vector<NetworkChoice> choices = ChoicesFromScratch(task);
  const int wanted = EpochsFromScratch(task.train);
  // More epochs help more than a larger network, down to two thirds of what is wanted.
  for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice) {
    const NetworkChoice sized = Sized(*choice, task, wanted, std::max(3, wanted * 2 / 3));
    if (sized.is_in_time) return sized;
  }
  return Sized(choices.front(), task, wanted, /*fewest=*/3);
}

// Sizes of images for a pretrained network, best first.
std::vector<PictureSize> TuningSizes(const TrainingTask& task, const PretrainedNetwork& pretrained) {
  const std::optional<PublishedImages> published = ImagesOfPublishedWeights(pretrained.model);
  const int full = published.has_value() ? published->side_px : 224;
  if (pretrained.is_fixed_size) return {{full, full}};
  if (!pretrained.knows_imagenet && task.keeps_size) return {task.picture};
  const int largest = std::max(32, std::min(task.picture.height_px, task.picture.width_px));
  std::vector<PictureSize> sizes;
  if (pretrained.knows_imagenet) {
    for (const double share : kShares) {
      const int size = share == 1 ? full : static_cast<int>(std::lround(share * full / 32)) * 32;
      sizes.push_back({size, size});
    }
  } else {
    for (const int size : kSmallSizes) {
      if (size <= largest) sizes.push_back({size, size});
    }
  }
  return sizes;
}

NetworkChoice Tuning(const TrainingTask& task, const PretrainedNetwork& pretrained) {
  NetworkChoice last;
  for (const bool head_alone : {false, true}) {
    for (const PictureSize size : TuningSizes(task, pretrained)) {
      NetworkChoice choice;
      choice.model = pretrained.model;
      choice.image = size;
      choice.trains_head_alone = head_alone;
      if (!SetCost(task, pretrained.channels, &choice)) continue;
      last = Sized(std::move(choice), task, EpochsOfTuning(task.train), kFewestTuningEpochs);
      if (last.is_in_time) return last;
    }
  }
  return last;
}

}  // namespace

double TrainingSeconds(const TrainingTask& task, double work, int epochs, bool trains_head_alone) {
  const double forward = work * kForwardShare / kTrainedPerSecond;
  const double training = trains_head_alone ? forward : work / kTrainedPerSecond;
  const double decoding = task.decoded_pixels > 0 ? task.decoded_pixels * kSecondsPerPixel + kSecondsPerPicture : 0;
  const auto train = static_cast<double>(task.train), evaluated = static_cast<double>(task.evaluated);
  return epochs * (train * (training + decoding) + evaluated * (forward + decoding));
}

double BudgetSeconds(int64_t samples) {
  return std::clamp(kBudget * std::sqrt(static_cast<double>(samples) / kManySamples), kBudget, kMaxBudget);
}

NetworkChoice ChooseNetwork(const TrainingTask& task, const PretrainedNetwork* pretrained) {
  return pretrained != nullptr ? Tuning(task, *pretrained) : FromScratch(task);
}

}  // namespace mica
