#include "experiments/config/published_preprocessing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/number_format.h"
#include "models/zoo/published_weights.h"

namespace mica {
namespace {

using TransformList = google::protobuf::RepeatedPtrField<TransformConfig>;
using Channels = std::array<double, 3>;

// The field's one value, or one for each channel.
Channels ChannelsOf(const google::protobuf::RepeatedField<double>& field) {
  Channels channels{};
  for (int i = 0; i < 3 && !field.empty(); ++i) channels[i] = field.Get(std::min(i, field.size() - 1));
  return channels;
}

// Publishers round differently: 127 / 255 and 0.5.
bool AreNear(const Channels& a, const Channels& b) {
  constexpr double kTolerance = 0.01;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a[i] - b[i]) <= kTolerance)) return false;
  }
  return true;
}

// Somewhat smaller images cost little and save much time.
bool IsFar(int side_px, int published_px) {
  return 2 * side_px < published_px || 2 * side_px > 3 * published_px;
}

std::string Text(const Channels& channels) {
  const auto append = [](std::string* text, double value) { text->append(FormatNumber(value)); };
  return absl::StrCat("[", absl::StrJoin(channels, ", ", append), "]");
}

struct Images {
  int normalize = -1;  // its position in the list
  std::optional<int> side_px;
  const ResizeConfig* resize = nullptr;
};

Images ImagesOf(const TransformList& transforms) {
  Images images;
  for (int i = 0; i < transforms.size(); ++i) {
    const TransformConfig& transform = transforms[i];
    if (transform.has_normalize()) images.normalize = i;
    if (transform.has_center_crop()) images.side_px = std::max(transform.center_crop().size_px(), transform.center_crop().height_px());
    if (!transform.has_resize()) continue;
    images.resize = &transform.resize();
    if (transform.resize().has_height_px()) images.side_px = transform.resize().height_px();
  }
  return images;
}

void WarnOfNumbers(const TransformList& transforms, const std::string& field, const PublishedImages& published, const std::string& whose,
                   ConfigProblems* problems) {
  const int position = ImagesOf(transforms).normalize;
  const std::string wanted = absl::StrCat("mean: ", Text(published.mean), " std: ", Text(published.std));
  if (position < 0) {
    problems->Warning(field, absl::StrCat("has no normalize; ", whose, " expect normalize { ", wanted, " }"));
    return;
  }
  const NormalizeConfig& normalize = transforms[position].normalize();
  if (AreNear(ChannelsOf(normalize.mean()), published.mean) && AreNear(ChannelsOf(normalize.std()), published.std)) return;
  problems->Warning(absl::StrCat(field, "[", position, "].normalize"), absl::StrCat("has other numbers than ", whose, " expect: ", wanted));
}

}  // namespace

void WarnOfOtherPreprocessing(const Experiment& experiment, ConfigProblems* problems) {
  const ModelConfig& model = experiment.model();
  const std::optional<PublishedImages> published = ImagesOfPublishedWeights(model);
  if (!model.has_initial_weights() || !published.has_value()) return;
  const std::string whose = absl::StrCat(PublisherName(model), "'s weights of this model");
  // Another first convolution sees other channels than those that the numbers are of.
  if (!model.initial_weights().has_first_convolution() || model.initial_weights().first_convolution() == InitialWeightsConfig::AS_IT_IS) {
    WarnOfNumbers(experiment.train_transforms(), "train_transforms", *published, whose, problems);
    WarnOfNumbers(experiment.eval_transforms(), "eval_transforms", *published, whose, problems);
  }
  const Images images = ImagesOf(experiment.eval_transforms());
  if (images.side_px.has_value() && IsFar(*images.side_px, published->side_px)) {
    problems->Warning("eval_transforms", absl::StrCat("give images of ", *images.side_px, " pixels; ", whose, " were evaluated on ",
                                                      published->side_px, ", and are best near that"));
  }
  const auto filter = published->bicubic ? ResizeFilterConfig::BICUBIC : ResizeFilterConfig::BILINEAR;
  if (images.resize != nullptr && images.resize->filter() != filter) {
    problems->Warning("eval_transforms", absl::StrCat("scale with ", ResizeFilterConfig::Filter_Name(images.resize->filter()), "; ", whose,
                                                      " were evaluated with ", ResizeFilterConfig::Filter_Name(filter)));
  }
}

}  // namespace mica
