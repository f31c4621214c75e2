// mica's way from JPEG files to batches against torchvision and DALI: rows B3, B3' and B16 of
// bench/README.md, and where mica's time goes. Every sample is a separate process, which times its
// work itself. All files are in the page cache.
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/console_table.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"

namespace mica {
namespace {

constexpr int kPairs = 15;
constexpr int kQuickPairs = 3;

// Whole batches for one worker and for two.
constexpr int64_t kPictures = 2048;
constexpr int64_t kQuickPictures = 512;
constexpr int64_t kAugmented = 512;  // RandAugment takes a peer 3 ms

constexpr int64_t kBatch = 64;
constexpr int64_t kPrefetch = 4;  // batches; the default of loader.proto

constexpr auto kSeconds = Quantity::Unit::kSeconds;

int64_t PicturesOf(const BenchmarkSetup& setup) {
  return setup.quick ? kQuickPictures : kPictures;
}

std::string TreeOf(const BenchmarkSetup& setup, int64_t pictures) {
  return absl::StrCat(setup.scratch, "/pictures_", pictures);
}

ChildCommand Work(const BenchmarkSetup& setup, const std::vector<std::string>& arguments) {
  ChildCommand command = {{setup.files + "/bench/image_pipeline_work"}, setup.scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return command;
}

// Seconds of a program that must have prepared `count` pictures.
absl::StatusOr<Sample> Measured(const ChildCommand& command, int64_t count) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  MICA_ASSIGN_OR_RETURN(const Sample reported, ReadReportedNumbers(result.out, {"seconds", "count"}));
  if (reported[1] != static_cast<double>(count)) {
    return DataError(absl::StrCat(command.words.back(), ": a program prepared ", reported[1], " pictures of ", count));
  }
  return Sample{reported[0]};
}

Contestant Mica(const std::string& name, const BenchmarkSetup& setup, const std::vector<std::string>& arguments, int64_t count) {
  return {name, [command = Work(setup, arguments), count] { return Measured(command, count); }};
}

Contestant Peer(const std::string& name, const BenchmarkSetup& setup, const std::vector<std::string>& arguments, int64_t count) {
  return {name, [command = setup.Peer("image_pipeline.py", arguments), count] { return Measured(command, count); }};
}

MeasurementPlan PlanOf(const BenchmarkSetup& setup) {
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : kPairs;
  plan.warm_up = true;
  return plan;
}

std::string Grouped(int64_t count) {
  return count < 1000 ? absl::StrCat(count) : absl::StrCat(count / 1000, ",", absl::Dec(count % 1000, absl::kZeroPad3));
}

absl::Status MakeTree(const BenchmarkSetup& setup, int64_t pictures) {
  ProgressLine progress(stderr);
  progress.Update([&] { return absl::StrCat("making ", pictures, " JPEG files"); });
  return RunChild(Work(setup, {"tree", TreeOf(setup, pictures), absl::StrCat(pictures)})).status();
}

// Same files, same crops: otherwise the comparison would be of different work.
absl::Status ComparePixels(const BenchmarkSetup& setup) {
  const std::string tree = TreeOf(setup, PicturesOf(setup));
  const std::string crops = setup.scratch + "/crops";
  MICA_RETURN_IF_ERROR(RunChild(Work(setup, {"crops", tree, crops})).status());
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(setup.Peer("image_pipeline.py", {"--compare", crops, tree})));
  std::cout << "Pixels of the same crops, mica's and Pillow's: " << result.out;
  return absl::OkStatus();
}

absl::Status MeasureLoading(const BenchmarkSetup& setup, const std::string& row, int cores, ComparisonReport* report) {
  if (!setup.Wants(row)) return absl::OkStatus();
  const int64_t pictures = PicturesOf(setup);
  const std::string tree = TreeOf(setup, pictures);
  const std::string count = absl::StrCat(cores);
  std::vector<Contestant> peers = {
      Peer("ImageFolder, PIL", setup, {"--peer", "image_folder", "--cores", count, tree}, pictures),
      Peer("decode_jpeg, transforms v2", setup, {"--peer", "v2", "--cores", count, tree}, pictures),
      Peer("DALI, decodes the crop", setup, {"--peer", "dali", "--cores", count, tree}, pictures),
  };
  std::vector<std::optional<double>> required = {3.5, 2, 2};
  if (cores == 1) {
    peers.push_back(Mica("libjpeg alone, the same crops", setup, {"limit", tree}, pictures));
    required.push_back(std::nullopt);
  }
  const std::string work =
      absl::StrCat(Grouped(pictures), " JPEG files: crop, resize, flip, normalise; ", cores, cores == 1 ? " core" : " cores");
  const Contestant mica = Mica("mica", setup, {"load", tree, count, absl::StrCat(kBatch), absl::StrCat(kPrefetch)}, pictures);
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure(work, peers, mica, PlanOf(setup)));
  return report->Add(Compare(samples, peers, {row, work, 0, kSeconds, required}));
}

absl::Status MeasureRandAugment(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B16")) return absl::OkStatus();
  const std::string tree = TreeOf(setup, kQuickPictures);
  const std::vector<Contestant> peers = {
      Peer("transforms v2, PIL", setup, {"--rand_augment", "pil", tree}, kAugmented),
      Peer("transforms v2, tensors", setup, {"--rand_augment", "tensor", tree}, kAugmented),
  };
  const std::string work = absl::StrCat("RandAugment of ", kAugmented, " pictures of 224x224; 1 core");
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples,
                        setup.Measure(work, peers, Mica("mica", setup, {"rand_augment", tree}, kAugmented), PlanOf(setup)));
  return report->Add(Compare(samples, peers, {"B16", work, 0, kSeconds, {3, 3}}));
}

absl::Status PrintStages(const BenchmarkSetup& setup) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(Work(setup, {"stages", TreeOf(setup, PicturesOf(setup))})));
  std::cout << "\nWhere the time goes, on one core:\n" << result.out;
  return absl::OkStatus();
}

// Batches are ready before they are asked for: all that may wait do.
absl::Status PrintMemory(const BenchmarkSetup& setup) {
  constexpr double kPictureMib = 224 * 224 * 3 * sizeof(float) / 0x1p20;
  std::vector<std::vector<std::string>> rows = {{"batch", "prefetch_batches", "their pixels MiB", "peak MiB"}};
  for (const int64_t prefetch : {1, 4, 16}) {
    MICA_ASSIGN_OR_RETURN(const ChildResult result,
                          RunChild(Work(setup, {"wait", TreeOf(setup, PicturesOf(setup)), absl::StrCat(kBatch), absl::StrCat(prefetch)})));
    rows.push_back({absl::StrCat(kBatch), absl::StrCat(prefetch), FormatFixed(static_cast<double>(kBatch * prefetch) * kPictureMib, 0),
                    FormatFixed(result.peak_memory_mib, 0)});
  }
  std::cout << "\nMemory of the whole process while all batches wait that may:\n" << ConsoleTable(rows) << "\n";
  return absl::OkStatus();
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  const bool loads = setup.Wants("B3") || setup.Wants("B3'");
  MICA_RETURN_IF_ERROR(MakeTree(setup, kQuickPictures));
  if (loads) {
    if (!setup.quick) MICA_RETURN_IF_ERROR(MakeTree(setup, kPictures));
    MICA_RETURN_IF_ERROR(ComparePixels(setup));
    MICA_RETURN_IF_ERROR(PrintStages(setup));
    MICA_RETURN_IF_ERROR(PrintMemory(setup));
  }
  MICA_RETURN_IF_ERROR(MeasureLoading(setup, "B3", /*cores=*/2, report));
  MICA_RETURN_IF_ERROR(MeasureLoading(setup, "B3'", /*cores=*/1, report));
  return MeasureRandAugment(setup, report);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain(
      {"image_pipeline",
       "Measures how fast mica prepares JPEG files for training, against torchvision and DALI. Takes about 20 minutes "
       "and 150 MB of $TMPDIR.",
       /*has_python_peers=*/true,
       {"B3", "B3'", "B16"}},
      mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
