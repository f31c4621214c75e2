#include "models/layers/memory_need.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "models/layers/kept_values.h"

namespace mica {
namespace {

constexpr int64_t kF32Bytes = 4;

// "231.4 GiB"
std::string BytesText(double bytes) {
  for (const char* unit : {"bytes", "KiB", "MiB"}) {
    if (bytes < 1024) return absl::StrCat(FormatFixed(bytes, *unit == 'b' ? 0 : 1), " ", unit);
    bytes /= 1024;
  }
  return absl::StrCat(FormatFixed(bytes, 1), " GiB");
}

// Of a window attention: what it adds to the products of all pairs of pixels, for each head.
int64_t BiasBytes(const InferredLayer& layer) {
  if (layer.kind != "window_attention") return 0;
  int64_t heads = 0, pairs = 0;
  for (const LayerTensor& tensor : layer.tensors) {
    if (tensor.role == LayerTensor::Role::kEmbedding) heads = tensor.shape[1];
    if (tensor.role == LayerTensor::Role::kBuffer) pairs = tensor.size();
  }
  return heads * pairs * kF32Bytes;
}

std::string Remedy(const MemoryNeed& need, const MemoryUse& use, int64_t machine_bytes) {
  const int64_t largest = need.image_bytes > 0 ? (machine_bytes - need.fixed_bytes) / need.image_bytes : 0;
  if (largest > 0) return absl::StrCat("the largest batch that may fit is ", largest);
  return use.batch_size_field.empty() ? "choose a smaller model"
                                      : "not even a batch of one image would fit; choose a smaller model or smaller images";
}

}  // namespace

MemoryNeed NeedOfWeights(absl::Span<const InferredLayer> layers) {
  int64_t values = 0;
  for (const InferredLayer* layer : LeavesOf(layers)) {
    for (const LayerTensor& tensor : layer->tensors) values += tensor.size();
  }
  return {values * kF32Bytes, 0};
}

MemoryNeed NeedOfEvaluation(absl::Span<const InferredLayer> layers) {
  int64_t most = 0, bias_bytes = 0;
  for (const InferredLayer* layer : LeavesOf(layers)) {
    // Others may put their output where their input was.
    const bool needs_both = layer->kind == "conv2d" || layer->kind == "linear";
    most = std::max(most,
                    needs_both ? layer->input.values() + layer->output.values() : std::max(layer->input.values(), layer->output.values()));
    bias_bytes = std::max(bias_bytes, BiasBytes(*layer));
  }
  return NeedOfWeights(layers) + MemoryNeed{bias_bytes, most * kF32Bytes};
}

MemoryNeed NeedOfTraining(const LayerList& list, absl::Span<const InferredLayer> layers, int optimizer_copies) {
  const std::vector<int64_t> kept = KeptValues(list, layers);
  int64_t image_values = 0;
  for (const int64_t values : kept) image_values += values;
  int64_t fixed_bytes = TotalOf(layers).parameters * (1 + optimizer_copies) * kF32Bytes;  // 1: gradients
  for (const InferredLayer* layer : LeavesOf(layers)) fixed_bytes += BiasBytes(*layer);
  return NeedOfWeights(layers) + MemoryNeed{fixed_bytes, image_values * kF32Bytes};
}

absl::Status CheckMemory(const MemoryNeed& need, const MemoryUse& use, std::optional<int64_t> machine_bytes) {
  const double needed = need.BytesOf(use.batch_size);
  if (!machine_bytes.has_value() || needed <= static_cast<double>(*machine_bytes)) return absl::OkStatus();
  const bool has_batch = !use.batch_size_field.empty();
  const bool is_batch = has_batch && need.fixed_bytes + need.image_bytes <= *machine_bytes;
  const std::string batch =
      has_batch ? absl::StrCat(" batches of ", use.batch_size, use.batch_size == 1 ? " image" : " images", " (", use.batch_size_field,
                               "): ", BytesText(need.fixed_bytes), " and ", BytesText(need.image_bytes), " for each image")
                : "";
  return WithFields(ConfigError(absl::StrCat(use.model, " needs at least ", BytesText(needed), " of memory to ", use.purpose, batch,
                                             "; this process may have ", BytesText(static_cast<double>(*machine_bytes)), "; ",
                                             Remedy(need, use, *machine_bytes))),
                    {is_batch ? use.batch_size_field : use.model});
}

}  // namespace mica
