#include "data/loader/mixing_batch_source.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clone.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/status_macros.h"

namespace mica {
namespace {

PictureSize SizeOf(const at::Tensor& images) {
  return {static_cast<int32_t>(images.size(2)), static_cast<int32_t>(images.size(3))};
}

at::Tensor Part(const at::Tensor& images, const PictureRegion& part) {
  return images.narrow(2, part.top_px, part.height_px).narrow(3, part.left_px, part.width_px);
}

// Both [N,C,H,W].
void MixIn(const at::Tensor& others, const MixingDraw& draw, at::Tensor images) {
  switch (draw.kind) {
    case MixingDraw::Kind::kNone:
      return;
    case MixingDraw::Kind::kMixUp:
      images.mul_(draw.share).add_(others, /*alpha=*/1 - draw.share);
      return;
    case MixingDraw::Kind::kCutMix:
      Part(images, draw.cut).copy_(Part(others, draw.cut));
      return;
  }
}

// Leaves `images` as they are. The neighbours of all but the first stand in one piece.
at::Tensor MixImages(const at::Tensor& images, const std::vector<MixingDraw>& draws) {
  at::Tensor mixed = images.clone();
  const int64_t samples = images.size(0);
  MixIn(images.narrow(0, samples - 1, 1), draws[0], mixed.narrow(0, 0, 1));
  if (draws.size() == 1) {
    MixIn(images.narrow(0, 0, samples - 1), draws[0], mixed.narrow(0, 1, samples - 1));
    return mixed;
  }
  for (int64_t i = 1; i < samples; ++i) MixIn(images.narrow(0, i - 1, 1), draws[i], mixed.narrow(0, i, 1));
  return mixed;
}

// Both on the CPU.
void MixLabels(const std::vector<MixingDraw>& draws, at::Tensor* labels, at::Tensor* targets) {
  const at::Tensor own = labels->clone();
  const auto* label = own.const_data_ptr<int64_t>();
  auto* larger = labels->mutable_data_ptr<int64_t>();
  const int64_t samples = own.size(0), classes = targets->size(1);
  for (int64_t i = 0; i < samples; ++i) {
    const auto share = static_cast<float>(draws[draws.size() == 1 ? 0 : i].share);
    const int64_t other = label[(i + samples - 1) % samples];
    float* const target = targets->mutable_data_ptr<float>() + i * classes;
    target[label[i]] += share;
    target[other] += 1 - share;
    larger[i] = target[other] > target[label[i]] ? other : label[i];
  }
}

absl::Status CheckLabels(const Batch& batch, const at::Tensor& labels, int classes) {
  const auto* label = labels.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < labels.size(0); ++i) {
    if (label[i] >= 0 && label[i] < classes) continue;
    return DataError(
        absl::StrCat("batch_mixing: sample ", batch.ids.const_data_ptr<int64_t>()[i],
                     " of the training split (its id in index.csv, which `mica index` writes) has no label; label it, leave it "
                     "out, or leave batch_mixing out"));
  }
  return absl::OkStatus();
}

}  // namespace

MixingBatchSource::MixingBatchSource(std::unique_ptr<BatchSource> source, const BatchMixingConfig& config, int classes, uint64_t seed)
    : source_(std::move(source)), config_(config), classes_(classes), seed_(seed) {}

absl::Status MixingBatchSource::StartEpoch(int64_t epoch, int64_t first_batch) {
  epoch_ = epoch;
  next_batch_ = first_batch;
  return source_->StartEpoch(epoch, first_batch);
}

std::vector<MixingDraw> MixingBatchSource::Draw(const Batch& batch) const {
  Rng rng(seed_, RngStream::kMixing, epoch_, next_batch_);
  std::vector<MixingDraw> draws(config_.per_sample() ? batch.size() : 1);
  for (MixingDraw& draw : draws) draw = DrawMixing(config_, SizeOf(batch.images), &rng);
  return draws;
}

absl::StatusOr<bool> MixingBatchSource::Next(Batch* batch) {
  MICA_ASSIGN_OR_RETURN(const bool there_is_one, source_->Next(batch));
  if (!there_is_one) return false;
  const std::vector<MixingDraw> draws = Draw(*batch);
  ++next_batch_;
  const auto is_mixed = [](const MixingDraw& draw) { return draw.kind != MixingDraw::Kind::kNone; };
  if (std::none_of(draws.begin(), draws.end(), is_mixed)) return true;

  at::Tensor labels = batch->labels.to(at::kCPU).clone(), targets = at::zeros({batch->size(), classes_}, at::kFloat);
  MICA_RETURN_IF_ERROR(CheckLabels(*batch, labels, classes_));
  MixLabels(draws, &labels, &targets);
  batch->images = MixImages(batch->images, draws);
  for (at::Tensor& view : batch->more_views) view = MixImages(view, draws);
  batch->targets = targets.to(batch->labels.device());
  batch->labels = labels.to(batch->labels.device());
  return true;
}

}  // namespace mica
