#include "models/model_factory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/required_oneof.h"
#include "base/status_macros.h"
#include "base/torch_guard.h"
#include "models/linear.h"
#include "models/tiny_vgg.h"

namespace mica {
namespace {

template <typename Model, typename... Arguments>
absl::StatusOr<std::shared_ptr<Classifier>> Make(Arguments&&... arguments) {
  std::shared_ptr<Classifier> model;
  MICA_RETURN_IF_ERROR(GuardTorch("making the model", [&] { model = std::make_shared<Model>(arguments...); }));
  return model;
}

absl::StatusOr<std::shared_ptr<Classifier>> MakeTinyVgg(const TinyVggConfig& config, const ImageShape& input, int num_classes) {
  if (std::min(input.height_px, input.width_px) < TinyVgg::kSmallestSide) {
    return ConfigError(absl::StrCat("model.tiny_vgg needs images of at least ", TinyVgg::kSmallestSide, "x", TinyVgg::kSmallestSide,
                                    " pixels (two poolings halve each side), the data has ", input.height_px, "x", input.width_px,
                                    "; choose model { linear {} }"));
  }
  return Make<TinyVgg>(config.hidden_channels(), input, num_classes);
}

}  // namespace

absl::StatusOr<std::shared_ptr<Classifier>> CreateClassifier(const ModelConfig& config, const ImageShape& input, int num_classes) {
  switch (config.kind_case()) {
    case ModelConfig::kLinear:
      return Make<LinearClassifier>(LinearClassifier::Layout{config.linear().hidden_units(), false, false}, input, num_classes);
    case ModelConfig::kLinearRelu:
      return Make<LinearClassifier>(
          LinearClassifier::Layout{config.linear_relu().hidden_units(), true, config.linear_relu().relu_on_logits()}, input, num_classes);
    case ModelConfig::kTinyVgg:
      return MakeTinyVgg(config.tiny_vgg(), input, num_classes);
    case ModelConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("model is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("ModelConfig.kind: unknown arm");  // an enum can hold any integer
}

}  // namespace mica
