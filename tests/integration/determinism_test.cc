// The same experiment gives the same bytes, and threads do not change the order of samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/rng.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"
#include "training/loop/non_finite.pb.h"

namespace mica {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;

MicaResult Train(const TinyExperiment& tiny, const std::string& run, const std::string& set) {
  return RunMica({{"train", "x.textproto", "--run_name=" + run, "--set=" + set}, tiny.folder()});
}

struct Case {
  const char* name;
  const char* model;
  int cpu_threads;
};

// All but the events, whose names have the time in them.
std::vector<std::string> FilesOf(const TinyExperiment& tiny, const std::string& run) {
  std::vector<std::string> files = FilesBelow(tiny.RunPath(run, ""));
  const auto is_event_file = [](const std::string& name) { return absl::StartsWith(name, "events.out.tfevents."); };
  files.erase(std::remove_if(files.begin(), files.end(), is_event_file), files.end());
  return files;
}

class RepeatedRunTest : public testing::TestWithParam<Case> {};

TEST_P(RepeatedRunTest, WritesTheSameBytes) {
  const TinyExperiment tiny(absl::StrCat("repeated_", GetParam().name));
  // Batches of 16 and smaller last ones: networks of few channels compute them in different ways
  // (models/kernels/chwn_layers.h).
  const std::string set = absl::StrCat(
      "dataset { validation_fraction: 0.25 } loader { batch_size: 16 } evaluation { batch_size: 16 } optimizer { adamw { learning_rate: "
      "0.01 } } checkpoint { keep_all: true } model { ",
      GetParam().model, " {} } trainer { cpu_threads: ", GetParam().cpu_threads, " }");
  for (const std::string run : {"a", "b"}) {
    const MicaResult result = Train(tiny, run, set);
    ASSERT_EQ(result.exit_code, 0) << result;
  }
  const std::vector<std::string> files = FilesOf(tiny, "a");
  EXPECT_EQ(FilesOf(tiny, "b"), files);
  EXPECT_THAT(files, Contains("predictions.csv"));
  EXPECT_THAT(files, Contains("checkpoints/step-000000009/optimizer.safetensors"));
  for (const std::string& file : files) {
    if (file == "log.txt" || file == "run.textproto") continue;  // clock and process id
    const auto read = absl::EndsWith(file, ".csv") ? MaskedCsv : ReadTestFile;
    EXPECT_TRUE(read(tiny.RunPath("a", file)) == read(tiny.RunPath("b", file))) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, RepeatedRunTest,
                         testing::Values(Case{"linear_1_thread", "linear", 1}, Case{"linear_2_threads", "linear", 2},
                                         Case{"tiny_vgg_1_thread", "tiny_vgg", 1}, Case{"tiny_vgg_2_threads", "tiny_vgg", 2}),
                         [](const auto& info) { return std::string(info.param.name); });

// The samples of the second of two batches. An absurd learning rate makes it the one that
// nan_report.textproto names.
std::vector<int64_t> SecondBatch(const TinyExperiment& tiny, int cpu_threads, int seed) {
  const std::string run = absl::StrCat("threads_", cpu_threads, "_seed_", seed);
  const MicaResult result = Train(tiny, run,
                                  absl::StrCat("seed: ", seed, " loader { batch_size: 24 } optimizer { sgd { learning_rate: 1e30 } } ",
                                               "trainer { cpu_threads: ", cpu_threads, " }"));
  EXPECT_EQ(result.exit_code, 6) << result;
  const auto report = ReadTextproto<NonFiniteStepReport>(tiny.RunPath(run, "nan_report.textproto"));
  EXPECT_EQ(report.step(), 2);
  return {report.record_id().begin(), report.record_id().end()};
}

TEST(ThreadsTest, TheOrderOfSamplesDependsOnTheSeedAlone) {
  const TinyExperiment tiny("order");
  const std::vector<int64_t> batch = SecondBatch(tiny, /*cpu_threads=*/1, /*seed=*/1);
  EXPECT_THAT(batch, SizeIs(24));
  EXPECT_EQ(SecondBatch(tiny, /*cpu_threads=*/2, /*seed=*/1), batch);
  EXPECT_NE(SecondBatch(tiny, /*cpu_threads=*/2, /*seed=*/2), batch);
}

// Draws as a loader's threads would: each for the samples that it happens to get.
std::vector<uint64_t> DrawsOfSamples(int threads) {
  constexpr int kSamples = 1000;
  std::vector<uint64_t> draws(kSamples);
  std::vector<std::thread> workers;
  for (int worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&draws, worker, threads] {
      for (int sample = worker; sample < kSamples; sample += threads) {
        Rng rng(/*seed=*/7, RngStream::kShuffle, /*epoch=*/3, sample);
        rng.NextU64();
        draws[sample] = rng.NextU64();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return draws;
}

TEST(ThreadsTest, DrawsDependOnTheSampleAlone) {
  const std::vector<uint64_t> draws = DrawsOfSamples(1);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(DrawsOfSamples(threads), draws) << threads;
}

}  // namespace
}  // namespace mica
