#include "data/loader/decoding_batch_source.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "base/torch/torch_guard.h"

namespace mica {
namespace {

// Tensors of one kind that are used again when nobody holds them.
class TensorPool {
 public:
  TensorPool(std::vector<int64_t> sizes, at::TensorOptions options, size_t kept)
      : sizes_(std::move(sizes)), options_(options), kept_(kept) {}

  // The first `count` rows of a tensor. Its content is whatever it was.
  at::Tensor Take(int64_t count) {
    for (const at::Tensor& tensor : all_) {
      if (tensor.use_count() == 1 && tensor.storage().use_count() == 1) return tensor.narrow(0, 0, count);
    }
    const at::Tensor tensor = at::empty(sizes_, options_.memory_format(at::MemoryFormat::ChannelsLast));
    if (all_.size() < kept_) all_.push_back(tensor);
    return tensor.narrow(0, 0, count);
  }

  void Clear() { all_.clear(); }

 private:
  const std::vector<int64_t> sizes_;
  const at::TensorOptions options_;
  const size_t kept_;
  std::vector<at::Tensor> all_;
};

// A batch while its samples are prepared.
struct BatchInWork {
  int64_t epoch = 0;
  std::vector<SampleTurn> turns;
  std::vector<at::Tensor> views;  // [N,C,H,W], channels_last
  at::Tensor labels, ids;
  std::vector<absl::Status> failures;  // [N], where they are left out
};

// The samples that are not failures.
at::Tensor Usable(const std::vector<absl::Status>& failures) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < failures.size(); ++i) {
    if (failures[i].ok()) rows.push_back(static_cast<int64_t>(i));
  }
  at::Tensor usable = at::empty({static_cast<int64_t>(rows.size())}, at::kLong);
  std::copy(rows.begin(), rows.end(), usable.mutable_data_ptr<int64_t>());
  return usable;
}

PrefetchOptions PrefetchOptionsOf(const DecodingBatchSource::Options& options, const SampleOrder& order) {
  PrefetchOptions prefetch;
  prefetch.threads = options.threads;
  prefetch.slots = options.prefetch_batches;
  prefetch.timeout_seconds = options.timeout_seconds;
  prefetch.batches_per_epoch = order.batches_per_epoch();
  prefetch.batch_size = order.batch_size();
  prefetch.last_batch_size = order.SamplesOf(order.batches_per_epoch() - 1);
  prefetch.prepares_next_epoch = options.prepares_next_epoch;
  return prefetch;
}

}  // namespace

// Owns all that a thread needs which was given up, but for the index: it does not touch that again.
class DecodingBatchSource::Work : public PrefetchWork {
 public:
  Work(std::shared_ptr<const PicturePipeline> pipeline, SampleOrder order, const Options& options)
      : pipeline_(std::move(pipeline)),
        order_(std::move(order)),
        values_(pipeline_->output().values()),
        options_(options),
        batches_(options.prefetch_batches),
        threads_(options.threads),
        pool_({std::min(order_.batch_size(), order_.samples_per_epoch()), pipeline_->output().channels, pipeline_->output().height_px,
               pipeline_->output().width_px},
              at::TensorOptions().dtype(options.as_bytes ? at::kByte : at::kFloat).pinned_memory(options.pinned),
              (options.prefetch_batches + 2) * pipeline_->views()) {}

  absl::Status BeginBatch(int64_t epoch, int64_t batch, int slot) override {
    if (epoch != epoch_) order_.OfEpoch(epoch, &turns_);
    epoch_ = epoch;
    BatchInWork& begun = batches_[slot];
    const auto first = turns_.begin() + batch * order_.batch_size();
    begun.epoch = epoch;
    begun.turns.assign(first, first + order_.SamplesOf(batch));
    begun.failures.assign(options_.leaves_out_failures ? begun.turns.size() : 0, absl::OkStatus());
    return GuardTorch("making a batch", [&] { MakeTensors(&begun); });
  }

  absl::Status PrepareSample(int slot, int64_t sample, int worker, AbandonableWait* wait) override {
    absl::Status status = Prepare(batches_[slot], sample, &threads_[worker], wait);
    const bool is_left_out = options_.leaves_out_failures && ExitCodeOf(status) == ExitCode::kData;
    if (!is_left_out) return status;
    batches_[slot].failures[sample] = std::move(status);
    return absl::OkStatus();
  }

  std::string NameOfSample(int slot, int64_t sample) const override { return pipeline_->NameOf(RecordOf(batches_[slot].turns[sample])); }

  // Moves what lies in the slot, without failures, to *batch and *failed.
  void Take(int slot, Batch* batch, std::vector<FailedSample>* failed) {
    BatchInWork& taken = batches_[slot];
    *batch = Batch();
    batch->images = std::move(taken.views[0]);
    batch->more_views.assign(std::make_move_iterator(taken.views.begin() + 1), std::make_move_iterator(taken.views.end()));
    batch->labels = std::move(taken.labels);
    batch->ids = std::move(taken.ids);
    taken.views.clear();
    const auto has_failed = [](const absl::Status& status) { return !status.ok(); };
    if (std::any_of(taken.failures.begin(), taken.failures.end(), has_failed)) LeaveOutFailures(taken, batch, failed);
  }

  // Nobody prepares anything.
  void GiveMemoryBack() { pool_.Clear(); }

 private:
  struct Thread {
    std::optional<PipelineScratch> scratch;
    std::vector<float*> outputs;
    std::vector<uint8_t*> byte_outputs;
  };

  const ImageRecord& RecordOf(const SampleTurn& turn) const { return pipeline_->decoder().index().records[turn.id]; }

  void MakeTensors(BatchInWork* batch) {
    const auto samples = static_cast<int64_t>(batch->turns.size());
    batch->views.clear();
    for (int view = 0; view < pipeline_->views(); ++view) batch->views.push_back(pool_.Take(samples));
    batch->labels = at::empty({samples}, at::kLong);
    batch->ids = at::empty({samples}, at::kLong);
    auto* labels = batch->labels.mutable_data_ptr<int64_t>();
    auto* ids = batch->ids.mutable_data_ptr<int64_t>();
    for (int64_t i = 0; i < samples; ++i) {
      labels[i] = RecordOf(batch->turns[i]).label;
      ids[i] = batch->turns[i].id;
    }
  }

  absl::Status Prepare(BatchInWork& batch, int64_t sample, Thread* thread, AbandonableWait* wait) const {
    if (!thread->scratch.has_value()) thread->scratch.emplace(*pipeline_, wait);
    const SampleTurn& turn = batch.turns[sample];
    const ImageRecord& record = RecordOf(turn);
    if (options_.as_bytes) {
      SetOutputs(batch, sample, &thread->byte_outputs);
      return pipeline_->PrepareBytes(record, batch.epoch, turn.copy, &*thread->scratch, thread->byte_outputs);
    }
    SetOutputs(batch, sample, &thread->outputs);
    return pipeline_->Prepare(record, batch.epoch, turn.copy, &*thread->scratch, thread->outputs);
  }

  template <typename Value>
  void SetOutputs(BatchInWork& batch, int64_t sample, std::vector<Value*>* outputs) const {
    outputs->clear();
    for (at::Tensor& view : batch.views) outputs->push_back(view.mutable_data_ptr<Value>() + sample * values_);
  }

  static void LeaveOutFailures(const BatchInWork& taken, Batch* batch, std::vector<FailedSample>* failed) {
    const at::Tensor usable = Usable(taken.failures);
    for (at::Tensor* tensor : {&batch->images, &batch->labels, &batch->ids}) *tensor = tensor->index_select(0, usable);
    for (at::Tensor& view : batch->more_views) view = view.index_select(0, usable);
    for (size_t i = 0; i < taken.failures.size(); ++i) {
      if (!taken.failures[i].ok()) failed->push_back({taken.turns[i].id, std::string(taken.failures[i].message())});
    }
  }

  const std::shared_ptr<const PicturePipeline> pipeline_;
  const SampleOrder order_;
  const int64_t values_;  // of an image
  const Options options_;
  std::vector<BatchInWork> batches_;  // by slot
  std::vector<Thread> threads_;

  // BeginBatch's.
  TensorPool pool_;
  int64_t epoch_ = 0;
  std::vector<SampleTurn> turns_;  // of epoch_
};

DecodingBatchSource::DecodingBatchSource(std::shared_ptr<const PicturePipeline> pipeline, SampleOrder order, const Options& options)
    : pipeline_(std::move(pipeline)),
      order_(std::move(order)),
      options_(options),
      work_(std::make_shared<Work>(pipeline_, order_, options)),
      prefetch_(work_, PrefetchOptionsOf(options, order_)) {}

DecodingBatchSource::~DecodingBatchSource() = default;

absl::Status DecodingBatchSource::StartEpoch(int64_t epoch, int64_t first_batch) {
  failed_.clear();
  return prefetch_.StartEpoch(epoch, first_batch);
}

absl::StatusOr<bool> DecodingBatchSource::Next(Batch* batch) {
  *batch = Batch();  // before the wait, so that its memory can be used again
  do {
    MICA_ASSIGN_OR_RETURN(const bool there_is_one, prefetch_.Next([&](int slot) { work_->Take(slot, batch, &failed_); }));
    if (there_is_one) continue;
    if (!options_.prepares_next_epoch) work_->GiveMemoryBack();
    return false;
  } while (batch->size() == 0);
  return true;
}

}  // namespace mica
