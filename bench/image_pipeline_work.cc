// One piece of mica's work in bench/image_pipeline.cc, in a process of its own:
//   image_pipeline_work tree FOLDER PICTURES   makes a data set (picture_tree.h) of 500x375 pixels
//   image_pipeline_work load FOLDER CORES BATCH PREFETCH   batches of crops, in the second epoch
//   image_pipeline_work wait FOLDER BATCH PREFETCH   reads the first of them when all are ready
//   image_pipeline_work limit FOLDER           libjpeg decodes the same crops, one thread
//   image_pipeline_work rand_augment FOLDER    RandAugment of pictures in memory, one thread
//   image_pipeline_work crops FOLDER FILE      writes one flipped crop a picture of the first epoch
//   image_pipeline_work stages FOLDER          prints where the time goes, one thread
// Crops have 224x224 pixels. Prints seconds=S count=N of pictures; `tree` and `crops` nothing.
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/allocation_counter.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/number_format.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "bench/jpeg_region_limit.h"
#include "bench/picture_tree.h"
#include "bench/pipeline_stages.h"
#include "bench/training_crops.h"
#include "cli/kept_memory.h"
#include "data/augment/resample.h"
#include "data/augment/transform_pipeline.h"
#include "data/index/dataset_index.h"
#include "data/loader/batch_source_factory.h"
#include "data/loader/loader.pb.h"
#include "data/loader/picture_pipeline.h"
#include "data/loader/sample_decoder.h"

namespace mica {
namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void Report(double seconds, int64_t count) {
  std::cout << "seconds=" << FormatNumber(seconds) << " count=" << count << "\n";
}

// The last of the processors that this process may use, as the peers do it.
absl::Status UseCores(int cores) {
  cpu_set_t usable;
  sched_getaffinity(0, sizeof(usable), &usable);
  int surplus = CPU_COUNT(&usable) - cores;
  for (int core = 0; core < CPU_SETSIZE && surplus > 0; ++core) {
    if (!CPU_ISSET(core, &usable)) continue;
    CPU_CLR(core, &usable);
    --surplus;
  }
  return sched_setaffinity(0, sizeof(usable), &usable) == 0 ? absl::OkStatus() : OutputError("cannot choose processors");
}

absl::Status Tree(const Words& words) {
  PictureTreeSpec spec;
  spec.half_colours = true;
  if (!absl::SimpleAtoi(words[1], &spec.pictures)) return FlagError("tree: PICTURES must be a whole number");
  spec.different = spec.pictures;
  return MakePictureTree(words[0], spec);
}

// Reads an epoch and forgets it; returns how many samples it had.
absl::StatusOr<int64_t> ReadEpoch(int64_t epoch, BatchSource* batches) {
  MICA_RETURN_IF_ERROR(batches->StartEpoch(epoch, /*first_batch=*/0));
  int64_t count = 0;
  for (Batch batch;; count += batch.size()) {
    MICA_ASSIGN_OR_RETURN(const bool there_is_one, batches->Next(&batch));
    if (!there_is_one) return count;
  }
}

struct LoadRequest {
  int cores = 0, batch_size = 0, prefetch = 0;
};

absl::StatusOr<std::unique_ptr<BatchSource>> OpenBatches(const DatasetIndex& index, const LoadRequest& request) {
  LoaderConfig loader;
  loader.set_batch_size(request.batch_size);
  loader.set_threads(request.cores);
  loader.set_prefetch_batches(request.prefetch);
  const TransformList transforms = CropTransforms();
  const DecodeConfig decode;
  const BatchSourceInputs inputs = {index, decode, loader, kCropSeed};
  return CreateTrainBatches(inputs, {{&transforms, "train_transforms"}});
}

void ReportAllocations(const AllocationCounts& before, const AllocationCounts& after, int64_t pictures) {
  const auto each = [&](int64_t count) { return FormatFixed(static_cast<double>(count) / static_cast<double>(pictures), 2); };
  std::cout << "Memory was asked for, by C++ and by C libraries, so often a picture: " << each(after.cpp - before.cpp) << " and "
            << each(after.c - before.c) << "\n";
}

absl::Status Load(const Words& words) {
  LoadRequest request;
  if (!absl::SimpleAtoi(words[1], &request.cores) || !absl::SimpleAtoi(words[2], &request.batch_size) ||
      !absl::SimpleAtoi(words[3], &request.prefetch)) {
    return FlagError("load: CORES, BATCH and PREFETCH must be whole numbers");
  }
  MICA_RETURN_IF_ERROR(UseCores(request.cores));
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures(words[0]));
  MICA_ASSIGN_OR_RETURN(const auto batches, OpenBatches(index, request));
  MICA_RETURN_IF_ERROR(ReadEpoch(1, batches.get()).status());
  const AllocationCounts before = CountAllocations();
  const auto start = Clock::now();
  MICA_ASSIGN_OR_RETURN(const int64_t count, ReadEpoch(2, batches.get()));
  const double seconds = SecondsSince(start);
  ReportAllocations(before, CountAllocations(), count);
  Report(seconds, count);
  return absl::OkStatus();
}

// Ten times what two threads take.
constexpr auto kTimeOfPicture = std::chrono::milliseconds(4);

absl::Status Wait(const Words& words) {
  LoadRequest request;
  request.cores = 2;
  if (!absl::SimpleAtoi(words[1], &request.batch_size) || !absl::SimpleAtoi(words[2], &request.prefetch)) {
    return FlagError("wait: BATCH and PREFETCH must be whole numbers");
  }
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures(words[0]));
  MICA_ASSIGN_OR_RETURN(const auto batches, OpenBatches(index, request));
  MICA_RETURN_IF_ERROR(batches->StartEpoch(1, /*first_batch=*/0));
  std::this_thread::sleep_for(kTimeOfPicture * request.batch_size * request.prefetch);
  Batch batch;
  const auto start = Clock::now();
  MICA_RETURN_IF_ERROR(batches->Next(&batch).status());
  Report(SecondsSince(start), batch.size());
  return absl::OkStatus();
}

// The crops of the epoch that Load measures.
absl::StatusOr<std::vector<PictureRegion>> DrawCrops(const DatasetIndex& index) {
  MICA_ASSIGN_OR_RETURN(const TransformPipeline transforms, CreateTransformPipeline(CropTransforms(), "train_transforms", /*channels=*/3));
  const SampleDecoder decoder(index, DecodeConfig());
  SampleDecoderScratch scratch(index);
  DrawnTransforms drawn;
  std::vector<PictureRegion> crops;
  for (const ImageRecord& record : index.records) {
    MICA_ASSIGN_OR_RETURN(const PictureSize size, decoder.Read(record, &scratch));
    Rng rng(kCropSeed, RngStream::kAugmentation, /*epoch=*/2, record.id);
    MICA_RETURN_IF_ERROR(transforms.Draw(size, &rng, &drawn));
    crops.push_back(drawn.crop());
  }
  return crops;
}

absl::Status Limit(const Words& words) {
  MICA_RETURN_IF_ERROR(UseCores(1));
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures(words[0]));
  MICA_ASSIGN_OR_RETURN(const std::vector<PictureRegion> crops, DrawCrops(index));
  std::vector<std::string> files;
  for (const ImageRecord& record : index.records) {
    MICA_ASSIGN_OR_RETURN(files.emplace_back(), ReadFile(index.PathOf(record)));
  }
  JpegRegionLimit limit;
  const auto start = Clock::now();
  for (size_t i = 0; i < files.size(); ++i) limit.Decode(files[i], crops[i]);
  Report(SecondsSince(start), static_cast<int64_t>(files.size()));
  return absl::OkStatus();
}

// Pictures of 224x224 in memory.
absl::StatusOr<std::vector<Picture>> SmallPictures(const DatasetIndex& index) {
  const SampleDecoder decoder(index, DecodeConfig());
  SampleDecoderScratch scratch(index);
  Resampler resampler;
  PicturePart whole;
  std::vector<Picture> pictures(index.records.size());
  for (const ImageRecord& record : index.records) {
    MICA_ASSIGN_OR_RETURN(const PictureSize size, decoder.Read(record, &scratch));
    MICA_RETURN_IF_ERROR(decoder.Decode(record, PictureRegion::Whole(size), /*output=*/{}, &scratch, &whole));
    ResampleRequest request;
    request.box = whole.box;
    request.size = {kCropSide, kCropSide};
    request.window = PictureRegion::Whole(request.size);
    resampler.Resample(whole.pixels, request, &pictures[record.id]);
  }
  return pictures;
}

absl::Status RandAugment(const Words& words) {
  MICA_RETURN_IF_ERROR(UseCores(1));
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures(words[0]));
  MICA_ASSIGN_OR_RETURN(const std::vector<Picture> pictures, SmallPictures(index));
  TransformList list;
  list.Add()->mutable_rand_augment();
  MICA_ASSIGN_OR_RETURN(const TransformPipeline transforms, CreateTransformPipeline(list, "train_transforms", /*channels=*/3));
  TransformScratch scratch;
  DrawnTransforms drawn;
  std::vector<uint8_t> result(kCropSide * kCropSide * 3);
  double seconds = 0;
  for (const int64_t epoch : {1, 2}) {
    const auto start = Clock::now();
    for (size_t i = 0; i < pictures.size(); ++i) {
      Rng rng(kCropSeed, RngStream::kAugmentation, epoch, static_cast<int64_t>(i));
      MICA_RETURN_IF_ERROR(transforms.Draw({kCropSide, kCropSide}, &rng, &drawn));
      transforms.ApplyToPixels(drawn, pictures[i], {0, 0, kCropSide, kCropSide}, &scratch, result.data());
    }
    seconds = SecondsSince(start);
  }
  Report(seconds, static_cast<int64_t>(pictures.size()));
  return absl::OkStatus();
}

constexpr int64_t kComparedCrops = 64;

// A crop a picture: a line "PATH left top width height flipped", then 224 * 224 * 3 bytes.
absl::Status Crops(const Words& words) {
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures(words[0]));
  MICA_ASSIGN_OR_RETURN(const auto pipeline, CropPipeline(index));
  PipelineScratch scratch(*pipeline);
  std::string result(kCropSide * kCropSide * 3, '\0'), file;
  for (const ImageRecord& record : index.records) {
    if (record.id == kComparedCrops) break;
    MICA_RETURN_IF_ERROR(pipeline->PrepareBytes(record, /*epoch=*/1, /*copy=*/0, &scratch, {reinterpret_cast<uint8_t*>(&result[0])}));
    const DrawnTransforms& drawn = scratch.drawn(0);
    const std::vector<DrawnParameter> parameters = drawn.Parameters();
    const bool is_flipped =
        std::any_of(parameters.begin(), parameters.end(), [](const auto& p) { return p.transform == "horizontal_flip"; });
    const PictureRegion& crop = drawn.crop();
    absl::StrAppend(&file, index.PathOf(record), " ", crop.left_px, " ", crop.top_px, " ", crop.width_px, " ", crop.height_px, " ",
                    is_flipped ? 1 : 0, "\n", result);
  }
  return WriteNewFile(words[1], file);
}

absl::Status Stages(const Words& words) {
  MICA_RETURN_IF_ERROR(UseCores(1));
  MICA_ASSIGN_OR_RETURN(const DatasetIndex index, ListPictures(words[0]));
  MICA_ASSIGN_OR_RETURN(const std::vector<PipelineStage> stages, MeasureStages(index));
  std::cout << StageTable(stages);
  return absl::OkStatus();
}

struct Verb {
  size_t words;
  absl::Status (*run)(const Words& words);
};

int Main(const Words& words) {
  const std::map<std::string, Verb> verbs = {
      {"tree", {2, Tree}},   {"load", {4, Load}},    {"wait", {3, Wait}}, {"limit", {1, Limit}}, {"rand_augment", {1, RandAugment}},
      {"crops", {2, Crops}}, {"stages", {1, Stages}}};
  const auto verb = verbs.find(words.empty() ? "" : words[0]);
  if (verb == verbs.end() || words.size() != verb->second.words + 1) {
    std::cerr
        << "usage: as at the beginning of bench/image_pipeline_work.cc (bazel run //bench:image_pipeline compares mica with its peers)\n";
    return 1;
  }
  const absl::Status status = verb->second.run(Words(words.begin() + 1, words.end()));
  if (!status.ok()) std::cerr << "error: " << status.message() << "\n";
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  mica::KeepFreedMemory();
  return mica::Main(std::vector<std::string>(argv + 1, argv + argc));
}
