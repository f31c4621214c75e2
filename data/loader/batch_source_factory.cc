#include "data/loader/batch_source_factory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/rng.h"
#include "base/status_macros.h"
#include "data/loader/loader_threads.h"
#include "data/loader/normalising_batch_source.h"
#include "data/loader/resident_batch_source.h"
#include "data/loader/sample_decoder.h"
#include "data/loader/sample_order.h"

namespace mica {
namespace {

// Whether samples are pixels in memory of which nothing is wanted but to be normalised.
bool AreReady(const BatchSourceInputs& inputs, absl::Span<const ViewTransforms> views) {
  const auto is_resident = [](const SampleFile& file) { return file.raw.has_value() && file.bytes != nullptr; };
  const std::vector<SampleFile>& files = inputs.index.files;
  if (files.empty() || !std::all_of(files.begin(), files.end(), is_resident)) return false;
  if (ChannelsOf(inputs.index, inputs.decode) != inputs.index.RawShape().channels || views.size() != 1) return false;
  const TransformList& transforms = *views[0].transforms;
  return transforms.empty() || (transforms.size() == 1 && transforms.at(0).has_normalize());
}

std::unique_ptr<BatchSource> Resident(const BatchSourceInputs& inputs, const PicturePipeline& pipeline, SampleOrder order) {
  return std::make_unique<ResidentBatchSource>(inputs.index, std::move(order), pipeline.view(0).mean(), pipeline.view(0).std());
}

// Batches of any size take about the memory that prefetch_batches of training batches take.
DecodingBatchSource::Options DecodingOptions(const BatchSourceInputs& inputs, int64_t batch_size) {
  const int64_t most = inputs.loader.prefetch_batches(), samples = most * inputs.loader.batch_size();
  DecodingBatchSource::Options options;
  options.threads = LoaderThreads(inputs.loader.threads());
  options.prefetch_batches = static_cast<int>(std::clamp<int64_t>(samples / batch_size, 1, most));
  options.timeout_seconds = inputs.loader.timeout_seconds();
  return options;
}

bool AllEndWithNormalize(const PicturePipeline& pipeline) {
  for (int i = 0; i < pipeline.views(); ++i) {
    if (!pipeline.view(i).ends_with_normalize()) return false;
  }
  return true;
}

std::unique_ptr<BatchSource> Decoding(const BatchSourceInputs& inputs, std::shared_ptr<const PicturePipeline> pipeline, SampleOrder order,
                                      bool prepares_next_epoch) {
  DecodingBatchSource::Options options = DecodingOptions(inputs, order.batch_size());
  options.prepares_next_epoch = prepares_next_epoch;
  options.as_bytes = options.pinned = inputs.device.is_cuda() && AllEndWithNormalize(*pipeline);
  auto batches = std::make_unique<DecodingBatchSource>(pipeline, std::move(order), options);
  if (!options.as_bytes) return batches;
  std::vector<NormalisingBatchSource::Statistics> statistics;
  for (int i = 0; i < pipeline->views(); ++i) statistics.push_back({pipeline->view(i).mean(), pipeline->view(i).std()});
  return std::make_unique<NormalisingBatchSource>(std::move(batches), std::move(statistics), inputs.device);
}

absl::StatusOr<std::shared_ptr<const PicturePipeline>> PipelineOf(const BatchSourceInputs& inputs, absl::Span<const ViewTransforms> views,
                                                                  RngStream stream) {
  PicturePipeline::Options options;
  options.seed = inputs.seed;
  options.stream = stream;
  options.cache = inputs.cache;
  options.decodes_whole = inputs.loader.cache_case() != LoaderConfig::CACHE_NOT_SET;
  return PicturePipeline::Create(inputs.index, inputs.decode, views, std::move(options));
}

}  // namespace

absl::StatusOr<std::unique_ptr<BatchSource>> CreateTrainBatches(const BatchSourceInputs& inputs, absl::Span<const ViewTransforms> views) {
  MICA_ASSIGN_OR_RETURN(SampleOrder order, SampleOrder::Create(inputs.index, Split::kTrain, inputs.loader, inputs.seed));
  MICA_ASSIGN_OR_RETURN(auto pipeline, PipelineOf(inputs, views, RngStream::kAugmentation));
  if (AreReady(inputs, views)) return Resident(inputs, *pipeline, std::move(order));
  return Decoding(inputs, std::move(pipeline), std::move(order), /*prepares_next_epoch=*/true);
}

absl::StatusOr<std::unique_ptr<BatchSource>> CreateEvaluationBatches(const BatchSourceInputs& inputs, const ViewTransforms& view,
                                                                     Split split, int64_t batch_size) {
  SampleOrder order = SampleOrder::Sequential(inputs.index.RecordsOf(split), batch_size);
  MICA_ASSIGN_OR_RETURN(auto pipeline, PipelineOf(inputs, {&view, 1}, RngStream::kTestViews));
  if (AreReady(inputs, {&view, 1})) return Resident(inputs, *pipeline, std::move(order));
  return Decoding(inputs, std::move(pipeline), std::move(order), /*prepares_next_epoch=*/false);
}

absl::StatusOr<std::unique_ptr<DecodingBatchSource>> CreatePredictionBatches(const BatchSourceInputs& inputs,
                                                                             absl::Span<const ViewTransforms> views,
                                                                             std::vector<int64_t> ids, int64_t batch_size) {
  MICA_ASSIGN_OR_RETURN(auto pipeline, PipelineOf(inputs, views, RngStream::kTestViews));
  DecodingBatchSource::Options options = DecodingOptions(inputs, batch_size);
  options.leaves_out_failures = true;
  return std::make_unique<DecodingBatchSource>(std::move(pipeline), SampleOrder::Sequential(std::move(ids), batch_size), options);
}

}  // namespace mica
