#include "data/loader/picture_pipeline.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

PictureRegion SmallestAround(const PictureRegion& a, const PictureRegion& b) {
  const int32_t left = std::min(a.left_px, b.left_px), top = std::min(a.top_px, b.top_px);
  return {left, top, std::max(a.right_px(), b.right_px()) - left, std::max(a.bottom_px(), b.bottom_px()) - top};
}

PictureRegion NeededBy(absl::Span<const DrawnTransforms> drawn) {
  PictureRegion needed = drawn[0].crop();
  for (const DrawnTransforms& view : drawn.subspan(1)) needed = SmallestAround(needed, view.crop());
  return needed;
}

int32_t ScaledUp(int32_t length, int32_t from, int32_t to) {
  return static_cast<int32_t>((int64_t{length} * to + from - 1) / from);
}

// What the region around all crops would be scaled to, so that none of them gets fewer pixels than
// it is scaled to itself.
PictureSize ScaledSize(absl::Span<const DrawnTransforms> drawn, const PictureRegion& region) {
  PictureSize scaled;
  for (const DrawnTransforms& view : drawn) {
    scaled.height_px = std::max(scaled.height_px, ScaledUp(view.resized().height_px, view.crop().height_px, region.height_px));
    scaled.width_px = std::max(scaled.width_px, ScaledUp(view.resized().width_px, view.crop().width_px, region.width_px));
  }
  return scaled;
}

// Where `crop` lies in the pixels that hold `region` at `box`.
PictureBox BoxOf(const PictureRegion& crop, const PictureRegion& region, const PictureBox& box) {
  const double x = box.width / region.width_px, y = box.height / region.height_px;
  return {box.left + (crop.left_px - region.left_px) * x, box.top + (crop.top_px - region.top_px) * y, crop.width_px * x,
          crop.height_px * y};
}

PictureBox WholeBox(PictureSize size) {
  return {0, 0, static_cast<double>(size.width_px), static_cast<double>(size.height_px)};
}

}  // namespace

PipelineScratch::PipelineScratch(const PicturePipeline& pipeline, AbandonableWait* wait)
    : wait_(wait), decoder_(pipeline.decoder().index(), wait), drawn_(pipeline.views()) {}

PicturePipeline::PicturePipeline(const DatasetIndex& index, const DecodeConfig& decode, Options options)
    : decoder_(index, decode), options_(std::move(options)) {}

absl::StatusOr<std::shared_ptr<const PicturePipeline>> PicturePipeline::Create(const DatasetIndex& index, const DecodeConfig& decode,
                                                                               absl::Span<const ViewTransforms> views, Options options) {
  CHECK(!views.empty());
  std::optional<PictureSize> source = index.common_size;
  if (!source.has_value() && index.IsRaw() && !index.files.empty())
    source = PictureSize{index.RawShape().height_px, index.RawShape().width_px};
  const std::shared_ptr<PicturePipeline> pipeline(new PicturePipeline(index, decode, std::move(options)));
  for (const ViewTransforms& view : views) {
    MICA_ASSIGN_OR_RETURN(TransformPipeline transforms,
                          CreateTransformPipeline(*view.transforms, view.path, pipeline->decoder_.channels()));
    MICA_ASSIGN_OR_RETURN(const PictureSize size, transforms.OutputSize(source));
    if (pipeline->views_.empty()) pipeline->output_ = size;
    if (size != pipeline->output_) {
      return ConfigError(absl::StrCat(view.path, " makes pictures of ", size.width_px, "x", size.height_px, " pixels, but ", views[0].path,
                                      " of ", pipeline->output_.width_px, "x", pipeline->output_.height_px,
                                      "; all views of a picture must have one size"));
    }
    pipeline->views_.push_back(std::move(transforms));
  }
  return pipeline;
}

absl::Status PicturePipeline::Draw(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch) const {
  for (int i = 0; i < views(); ++i) {
    Rng rng(options_.seed, options_.stream, epoch, SampleCopy(record.id, copy * views() + i));
    const absl::Status status = views_[i].Draw(scratch->size_, &rng, &scratch->drawn_[i]);
    if (!status.ok()) return WithMessage(status, absl::StrCat(decoder_.index().PathOf(record), ": ", status.message()));
    if (scratch->drawn_[i].output_size() != output_) return OtherSize(record, scratch->drawn_[i].output_size());
  }
  return absl::OkStatus();
}

// The file has changed since all pictures had one size, or never was among them.
absl::Status PicturePipeline::OtherSize(const ImageRecord& record, PictureSize size) const {
  return DataError(absl::StrCat(decoder_.index().PathOf(record), ": becomes ", size.width_px, "x", size.height_px,
                                " pixels, but the model's input has ", output_.width_px, "x", output_.height_px,
                                "; add a resize with height_px and width_px to the transforms, or leave the picture out"));
}

absl::Status PicturePipeline::Fetch(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch,
                                    PictureRegion* fetched) const {
  const bool is_packed = decoder_.index().files[record.file].raw.has_value();
  if (options_.cache != nullptr && !is_packed) return FetchCached(record, epoch, copy, scratch, fetched);
  MICA_ASSIGN_OR_RETURN(scratch->size_, decoder_.Read(record, &scratch->decoder_));
  MICA_RETURN_IF_ERROR(Draw(record, epoch, copy, scratch));
  *fetched = NeededBy(scratch->drawn_);
  const PictureSize output = options_.decodes_whole ? PictureSize() : ScaledSize(scratch->drawn_, *fetched);
  return decoder_.Decode(record, *fetched, output, &scratch->decoder_, &scratch->part_);
}

// A picture that is decoded for the cache goes on as if it had come from there, so that results do
// not depend on what is cached.
absl::Status PicturePipeline::FetchCached(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch,
                                          PictureRegion* fetched) const {
  const std::optional<PictureSize> cached = options_.cache->SizeOf(record.id);
  const Picture& whole = scratch->whole_.pixels;
  if (!cached.has_value()) {
    MICA_RETURN_IF_ERROR(Decode(record, scratch, &scratch->whole_));
    options_.cache->Keep(record.id, whole);
  }
  scratch->size_ = cached.value_or(PictureSize{whole.height_px, whole.width_px});
  MICA_RETURN_IF_ERROR(Draw(record, epoch, copy, scratch));
  *fetched = NeededBy(scratch->drawn_);
  scratch->part_.box = WholeBox(fetched->size());
  if (cached.has_value()) return CopyCached(record.id, *fetched, scratch);
  CopyPart(whole.pixels.data(), scratch->size_, whole.channels, *fetched, &scratch->part_.pixels);
  return absl::OkStatus();
}

// A cache in a file may hang as any file does.
absl::Status PicturePipeline::CopyCached(int64_t id, PictureRegion region, PipelineScratch* scratch) const {
  AbandonableWait* const wait = scratch->wait_;
  if (wait != nullptr) wait->Begin();
  absl::Status status = options_.cache->Copy(id, region, &scratch->part_.pixels);
  if (wait != nullptr && !wait->End()) return absl::CancelledError("nobody waits for the sample");
  return status;
}

std::string PicturePipeline::NameOf(const ImageRecord& record) const {
  const std::string path = decoder_.index().PathOf(record);
  if (options_.cache == nullptr || options_.cache->path().empty() || !options_.cache->SizeOf(record.id).has_value()) return path;
  return absl::StrCat(path, ", decoded in ", options_.cache->path());
}

absl::Status PicturePipeline::Decode(const ImageRecord& record, PipelineScratch* scratch, PicturePart* whole) const {
  MICA_ASSIGN_OR_RETURN(scratch->size_, decoder_.Read(record, &scratch->decoder_));
  return decoder_.Decode(record, PictureRegion::Whole(scratch->size_), /*output=*/{}, &scratch->decoder_, whole);
}

absl::Status PicturePipeline::Prepare(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch,
                                      absl::Span<float* const> outputs) const {
  PictureRegion fetched;
  MICA_RETURN_IF_ERROR(Fetch(record, epoch, copy, scratch, &fetched));
  for (int i = 0; i < views(); ++i) {
    const DrawnTransforms& drawn = scratch->drawn_[i];
    views_[i].Apply(drawn, scratch->part_.pixels, BoxOf(drawn.crop(), fetched, scratch->part_.box), &scratch->transform_, outputs[i]);
  }
  return absl::OkStatus();
}

absl::Status PicturePipeline::PrepareBytes(const ImageRecord& record, int64_t epoch, int64_t copy, PipelineScratch* scratch,
                                           absl::Span<uint8_t* const> outputs) const {
  PictureRegion fetched;
  MICA_RETURN_IF_ERROR(Fetch(record, epoch, copy, scratch, &fetched));
  for (int i = 0; i < views(); ++i) {
    const DrawnTransforms& drawn = scratch->drawn_[i];
    const PictureBox crop = BoxOf(drawn.crop(), fetched, scratch->part_.box);
    views_[i].ApplyToPixels(drawn, scratch->part_.pixels, crop, &scratch->transform_, outputs[i]);
  }
  return absl::OkStatus();
}

}  // namespace mica
