// mica's index and survey of a folder of pictures against torchvision and fast.ai: rows B11 to B15
// of bench/README.md. Every sample is a separate process, which times its work itself, without its
// start and without Python's imports. All work happens in a warm page cache.
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "bench/benchmark_main.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"

namespace mica {
namespace {

constexpr int kPairs = 15;
constexpr int kLongPairs = 5;  // where one run takes over 30 s
constexpr int kQuickPairs = 3;

constexpr int64_t kPictures = 50000;
constexpr int64_t kDifferent = 1000;  // the others are hard links to them
constexpr int64_t kDecoded = 10000;   // decoding all would take minutes a run
constexpr int64_t kManyFiles = 1000000;
constexpr int64_t kDifferentOfMany = 40;  // a file has at most 65,000 names on ext4

constexpr auto kSeconds = Quantity::Unit::kSeconds;
constexpr auto kMib = Quantity::Unit::kMib;

// Seconds and peak memory in MiB of a program that must have found `count` things; 0: any number.
absl::StatusOr<Sample> Measured(const ChildCommand& command, int64_t count) {
  MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(command));
  MICA_ASSIGN_OR_RETURN(const Sample reported, ReadReportedNumbers(result.out, {"seconds", "count"}));
  if (count != 0 && reported[1] != static_cast<double>(count)) {
    return DataError(absl::StrCat(command.words.back(), ": a program found ", reported[1], " pictures of ", count));
  }
  return Sample{reported[0], result.peak_memory_mib};
}

ChildCommand Work(const BenchmarkSetup& setup, const std::vector<std::string>& arguments) {
  ChildCommand command = {{setup.files + "/bench/index_work"}, setup.scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return command;
}

Contestant Mica(const BenchmarkSetup& setup, const std::vector<std::string>& arguments, int64_t count) {
  return {"mica", [command = Work(setup, arguments), count] { return Measured(command, count); }};
}

Contestant Peer(const BenchmarkSetup& setup, const std::string& name, const std::vector<std::string>& arguments, int64_t count) {
  return {name, [command = setup.Peer("image_folders.py", arguments), count] { return Measured(command, count); }};
}

// Stands in for a peer where mica must stay below fixed limits: then the ratio is limit / mica.
Contestant Limit(double seconds, double mib) {
  return {"limit", [sample = Sample{seconds, mib}] { return sample; }};
}

std::string TreeOf(const BenchmarkSetup& setup, int64_t pictures) {
  return absl::StrCat(setup.scratch, "/pictures_", pictures);
}

absl::Status MakeTree(const BenchmarkSetup& setup, int64_t pictures, int64_t different, int width_px, int height_px) {
  ProgressLine progress(stderr);
  progress.Update([&] { return absl::StrCat("making ", pictures, " files"); });
  return RunChild(Work(setup, {"tree", TreeOf(setup, pictures), absl::StrCat(pictures), absl::StrCat(different), absl::StrCat(width_px),
                               absl::StrCat(height_px)}))
      .status();
}

MeasurementPlan PlanOf(const BenchmarkSetup& setup, int pairs) {
  MeasurementPlan plan;
  plan.pairs = setup.quick ? kQuickPairs : pairs;
  plan.warm_up = true;
  return plan;
}

absl::Status MeasureListing(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B11")) return absl::OkStatus();
  const std::string tree = TreeOf(setup, kPictures);
  const std::vector<Contestant> peers = {
      Peer(setup, "ImageFolder, random_split", {"--list", tree, "--split", "random"}, kPictures),
      Peer(setup, "ImageFolder, stratified split", {"--list", tree, "--split", "stratified"}, kPictures),
  };
  const std::string work = "50,000 files listed, with classes and splits";
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples,
                        setup.Measure(work, peers, Mica(setup, {"list", tree}, kPictures), PlanOf(setup, kPairs)));
  return report->Add(Compare(samples, peers, {"B11", work, 0, kSeconds, {5, 5}}));
}

absl::Status MeasureSurvey(const BenchmarkSetup& setup, const std::string& verb, int64_t pictures, const Quantity& quantity,
                           ComparisonReport* report) {
  const std::string tree = TreeOf(setup, pictures);
  const std::vector<Contestant> peers = {Peer(setup, "verify_images", {"--verify", tree}, pictures)};
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples,
                        setup.Measure(quantity.work, peers, Mica(setup, {verb, tree}, pictures), PlanOf(setup, kLongPairs)));
  return report->Add(Compare(samples, peers, quantity));
}

absl::Status MeasureSurveys(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B12")) return absl::OkStatus();
  MICA_RETURN_IF_ERROR(MeasureSurvey(setup, "content", kPictures, {"B12", "50,000 files, all content hashed", 0, kSeconds, {4}}, report));
  if (setup.quick) {
    std::cout << "B12 with all pixels takes minutes: not measured with --quick\n";
    return absl::OkStatus();
  }
  MICA_RETURN_IF_ERROR(MakeTree(setup, kDecoded, kDifferent, /*width_px=*/500, /*height_px=*/375));
  return MeasureSurvey(setup, "pixels", kDecoded, {"B12", "10,000 files, all pixels", 0, kSeconds, {std::nullopt}}, report);
}

// The warm-up fills the cache.
absl::Status MeasureSecondRun(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B13")) return absl::OkStatus();
  const std::string tree = TreeOf(setup, kPictures);
  const std::vector<Contestant> peers = {Peer(setup, "ImageFolder", {"--list", tree}, kPictures)};
  const std::string work = "50,000 files, second run: all content known";
  MICA_ASSIGN_OR_RETURN(
      const PairedSamples samples,
      setup.Measure(work, peers, Mica(setup, {"again", tree, setup.scratch + "/cache"}, kPictures), PlanOf(setup, kPairs)));
  return report->Add(Compare(samples, peers, {"B13", work, 0, kSeconds, {10}}));
}

absl::Status MeasureManyFiles(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B14")) return absl::OkStatus();
  if (setup.quick) {
    std::cout << "B14, a million files, takes a minute to make: not measured with --quick\n";
    return absl::OkStatus();
  }
  MICA_RETURN_IF_ERROR(MakeTree(setup, kManyFiles, kDifferentOfMany, /*width_px=*/8, /*height_px=*/8));
  const std::vector<Contestant> peers = {Limit(/*seconds=*/15, /*mib=*/400)};
  const std::string work = "1,000,000 files listed";
  MICA_ASSIGN_OR_RETURN(
      const PairedSamples samples,
      setup.Measure(work, peers, Mica(setup, {"list", TreeOf(setup, kManyFiles)}, kManyFiles), PlanOf(setup, kLongPairs)));
  MICA_RETURN_IF_ERROR(report->Add(Compare(samples, peers, {"B14", work, 0, kSeconds, {1}})));
  return report->Add(Compare(samples, peers, {"B14", work + ", peak memory in MiB", 1, kMib, {1}}));
}

absl::Status MeasureNearDuplicates(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (!setup.Wants("B15")) return absl::OkStatus();
  const std::string hashes = setup.scratch + "/hashes";
  MICA_RETURN_IF_ERROR(RunChild(Work(setup, {"hashes", hashes, absl::StrCat(kPictures)})).status());
  const std::vector<Contestant> peers = {Limit(/*seconds=*/10, /*mib=*/0)};
  const std::string work = "near duplicates of 50,000 hashes";
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples,
                        setup.Measure(work, peers, Mica(setup, {"near", hashes}, /*count=*/0), PlanOf(setup, kPairs)));
  return report->Add(Compare(samples, peers, {"B15", work, 0, kSeconds, {1}}));
}

absl::Status Run(const BenchmarkSetup& setup, ComparisonReport* report) {
  if (setup.Wants("B11") || setup.Wants("B12") || setup.Wants("B13")) {
    MICA_RETURN_IF_ERROR(MakeTree(setup, kPictures, kDifferent, /*width_px=*/500, /*height_px=*/375));
  }
  MICA_RETURN_IF_ERROR(MeasureListing(setup, report));
  MICA_RETURN_IF_ERROR(MeasureSecondRun(setup, report));
  MICA_RETURN_IF_ERROR(MeasureSurveys(setup, report));
  MICA_RETURN_IF_ERROR(MeasureNearDuplicates(setup, report));
  return MeasureManyFiles(setup, report);
}

}  // namespace
}  // namespace mica

int main(int argc, char** argv) {
  return mica::BenchmarkMain({"index",
                              "Measures how long mica takes to list and to look through a folder of pictures, against torchvision and "
                              "fast.ai. Takes about 15 minutes and 300 MB of $TMPDIR.",
                              /*has_python_peers=*/true,
                              {"B11", "B12", "B13", "B14", "B15"}},
                             mica::Run, std::vector<std::string>(argv + 1, argv + argc));
}
