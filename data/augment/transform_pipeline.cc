#include "data/augment/transform_pipeline.h"

#include <glog/logging.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/config/config_problems.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "data/augment/output_size.h"
#include "data/augment/picture_fetch.h"
#include "data/augment/transform_draws.h"

namespace mica {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsOfChannels(const FieldDescriptor& field) {
  const std::string& name = field.name();
  return name == "fill" || name == "value" || name == "mean" || name == "std";
}

// Fields with a value for each of three channels, in the message or below it.
void FindColours(const Message& message, const std::string& path, std::vector<std::string>* found) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const FieldDescriptor* const field : set) {
    const std::string field_path = JoinPath(path, field->name());
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 0;
    if (!is_message && IsOfChannels(*field) && count == 3) found->push_back(field_path);
    if (is_message && !field->is_repeated()) FindColours(message.GetReflection()->GetMessage(message, field), field_path, found);
    for (int i = 0; is_message && i < count; ++i) {
      FindColours(message.GetReflection()->GetRepeatedMessage(message, field, i), absl::StrCat(field_path, "[", i, "]"), found);
    }
  }
}

absl::Status CheckChannels(const TransformList& transforms, absl::string_view path, int channels) {
  if (channels == 3) return absl::OkStatus();
  std::vector<std::string> found;
  for (int i = 0; i < transforms.size(); ++i) FindColours(transforms[i], absl::StrCat(path, "[", i, "]"), &found);
  if (found.empty()) return absl::OkStatus();
  std::string message;
  for (const std::string& field : found) {
    absl::StrAppend(&message, message.empty() ? "" : "\n", field, " has 3 values, but the pictures are grey: give one");
  }
  return WithFields(ConfigError(message), found);
}

const TransformList* InnerTransforms(const TransformConfig& config) {
  if (config.has_random_apply()) return &config.random_apply().transforms();
  if (config.has_one_of()) return &config.one_of().transforms();
  if (config.has_random_order()) return &config.random_order().transforms();
  return nullptr;
}

// "train_transforms[2].one_of.transforms[0].resize"; "" if `wanted` is none of the list.
std::string PathTo(const TransformConfig& wanted, const TransformList& list, absl::string_view path) {
  for (int i = 0; i < list.size(); ++i) {
    const std::string arm = JoinPath(absl::StrCat(path, "[", i, "]"), ChosenArm(list[i], "kind"));
    if (&list[i] == &wanted) return arm;
    const TransformList* const inner = InnerTransforms(list[i]);
    std::string found = inner == nullptr ? "" : PathTo(wanted, *inner, JoinPath(arm, "transforms"));
    if (!found.empty()) return found;
  }
  return "";
}

absl::Status TooLarge(absl::string_view transform, PictureSize size) {
  return DataError(absl::StrCat(transform, " makes ", size.height_px, " x ", size.width_px, " pixels (height x width) of it; at most ",
                                kMaxPicturePixels,
                                " are allowed on the way; put a crop behind it, lower its size, or leave the picture out"));
}

void CopyRows(const Picture& picture, uint8_t* output) {
  std::memcpy(output, picture.pixels.data(), picture.pixels.size());
}

}  // namespace

absl::StatusOr<TransformPipeline> CreateTransformPipeline(const TransformList& transforms, absl::string_view path, int channels) {
  MICA_RETURN_IF_ERROR(CheckChannels(transforms, path, channels));
  TransformPipeline pipeline;
  pipeline.transforms_ = std::make_shared<const TransformList>(transforms);
  pipeline.path_ = std::string(path);
  pipeline.channels_ = channels;
  pipeline.normalize_position_ = transforms.size();
  for (int i = 0; i < transforms.size(); ++i) {
    pipeline.is_random_ = pipeline.is_random_ || IsRandomTransform(transforms[i]);
    if (!transforms[i].has_normalize()) continue;
    pipeline.normalize_position_ = i;
    pipeline.ends_with_normalize_ = i + 1 == transforms.size();
    pipeline.SetStatistics(transforms[i].normalize());
  }
  pipeline.normaliser_ = PixelNormaliser(channels, pipeline.mean_, pipeline.std_);
  return pipeline;
}

void TransformPipeline::SetStatistics(const NormalizeConfig& config) {
  for (int channel = 0; channel < 3; ++channel) {
    mean_[channel] = static_cast<float>(config.mean(std::min(channel, config.mean_size() - 1)));
    std_[channel] = static_cast<float>(config.std(std::min(channel, config.std_size() - 1)));
  }
}

absl::StatusOr<PictureSize> TransformPipeline::OutputSize(std::optional<PictureSize> source) const {
  MICA_ASSIGN_OR_RETURN(const std::optional<PictureSize> size, SizeAfterTransforms(*transforms_, path_, source));
  if (size.has_value()) return *size;
  const std::string remedy = absl::StrCat("add ", path_, " { resize { height_px: 224 width_px: 224 } }, or a crop, such as ", path_,
                                          " { center_crop { size_px: 224 } } behind a resize with short_side_px");
  const std::string cause = transforms_->empty() ? " is empty, but pictures differ in size, and a batch has one size; "
                                                 : " leaves pictures of different sizes, but a batch has one size; ";
  return WithFields(ConfigError(absl::StrCat(path_, cause, remedy)), {path_});
}

absl::Status TransformPipeline::Draw(PictureSize source, Rng* rng, DrawnTransforms* drawn) const {
  drawn->transforms_ = transforms_;
  drawn->source_ = source;
  drawn->ops_.clear();
  drawn->origins_.clear();
  DrawState state{rng, source, {}, &drawn->ops_, &drawn->origins_};
  for (int i = 0; i < transforms_->size(); ++i) {
    if (i == normalize_position_) drawn->pixel_ops_ = drawn->ops_.size();
    state.origin.position = i;
    const absl::Status status = DrawTransform(transforms_->Get(i), &state);
    if (!status.ok()) return WithMessage(status, absl::StrCat(PathTo(*state.origin.transform, *transforms_, path_), " ", status.message()));
  }
  if (normalize_position_ == transforms_->size()) drawn->pixel_ops_ = drawn->ops_.size();
  drawn->output_size_ = state.size;
  drawn->fetch_ = PictureFetch::Whole(source);
  drawn->fetched_ = ComposeFetch(absl::MakeConstSpan(drawn->ops_).first(drawn->pixel_ops_), &drawn->fetch_);
  drawn->needed_ = drawn->fetch_.NeededRegion();
  return CheckSizes(*drawn);
}

// Of what the fetch makes only its window is held.
absl::Status TransformPipeline::CheckSizes(const DrawnTransforms& drawn) const {
  PictureSize size = drawn.source_;
  size_t last_change = 0;
  for (size_t i = 0; i < drawn.ops_.size(); ++i) {
    const PictureSize after = SizeAfter(drawn.ops_[i], size);
    if (after != size) last_change = i;
    size = after;
    if (i + 1 < drawn.fetched_ || size.pixels() <= kMaxPicturePixels) continue;
    return TooLarge(PathTo(*drawn.origins_[last_change].transform, *transforms_, path_), size);
  }
  return absl::OkStatus();
}

// Leaves in scratch->picture what stands before normalize.
void TransformPipeline::RunToPixels(const DrawnTransforms& drawn, const Picture& pixels, const PictureBox& crop,
                                    TransformScratch* scratch) const {
  Picture* const picture = &scratch->picture;
  picture->Reshape(drawn.fetch_.window.height_px, drawn.fetch_.window.width_px, channels_);
  FetchPicture(drawn.fetch_, drawn.needed_, pixels, crop, &scratch->ops.resampler,
               [picture](int32_t y, const uint8_t* row) { std::memcpy(picture->Row(y), row, picture->row_bytes()); });
  RunPixelOps(drawn.pixel_ops(), picture, &scratch->ops);
}

void TransformPipeline::Apply(const DrawnTransforms& drawn, const Picture& pixels, const PictureBox& crop, TransformScratch* scratch,
                              float* output) const {
  CHECK_EQ(pixels.channels, channels_);
  const PictureSize size = drawn.output_size();
  const int64_t row_values = int64_t{size.width_px} * channels_;
  if (drawn.pixel_ops().empty()) {
    FetchPicture(drawn.fetch_, drawn.needed_, pixels, crop, &scratch->ops.resampler,
                 [&](int32_t y, const uint8_t* row) { normaliser_.Normalise(row, size.width_px, output + y * row_values); });
  } else {
    RunToPixels(drawn, pixels, crop, scratch);
    normaliser_.Normalise(scratch->picture.pixels.data(), size.pixels(), output);
  }
  for (const PixelOp& op : drawn.float_ops()) EraseNormalised(std::get<EraseOp>(op), size, channels_, output);
}

// The nearest grey levels of what is erased behind normalize; noise has its mean, as pixels have no
// place for its ends.
EraseOp TransformPipeline::InPixels(const EraseOp& op) const {
  EraseOp result = op;
  for (int channel = 0; channel < 3; ++channel) {
    result.value[channel] = std::clamp(op.value[channel] * std_[channel] + mean_[channel], 0.f, 1.f);
  }
  return result;
}

void TransformPipeline::ApplyToPixels(const DrawnTransforms& drawn, const Picture& pixels, const PictureBox& crop,
                                      TransformScratch* scratch, uint8_t* output) const {
  CHECK_EQ(pixels.channels, channels_);
  RunToPixels(drawn, pixels, crop, scratch);
  Picture* const picture = &scratch->picture;
  for (const PixelOp& op : drawn.float_ops()) {
    const PixelOp in_pixels = InPixels(std::get<EraseOp>(op));
    RunPixelOps({in_pixels}, picture, &scratch->ops);
  }
  CopyRows(*picture, output);
}

}  // namespace mica
