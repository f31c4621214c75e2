#include "bench/benchmark_main.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/files/file.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
#include "bench/comparison_report.h"
#include "bench/paired_measurement.h"
#include "bench/reported_numbers.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Prints its arguments and a measurement.
constexpr char kFakePython[] = "#!/bin/sh\necho \"$@\"\necho seconds=3\n";

std::string FakePython() {
  std::string path = testing::TempDir() + "fake_python";
  std::ofstream(path) << kFakePython;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

Contestant Peer(const BenchmarkSetup& setup) {
  return {"peer", [setup]() -> absl::StatusOr<Sample> {
            MICA_ASSIGN_OR_RETURN(const ChildResult result, RunChild(setup.Peer("step.py", {"--steps=5"})));
            return ReadReportedNumbers(result.out, {"seconds"});
          }};
}

absl::Status MeasureOnce(const BenchmarkSetup& setup, ComparisonReport* report) {
  const std::vector<Contestant> peers = {Peer(setup)};
  const Contestant mica = {"mica", []() -> absl::StatusOr<Sample> { return Sample{1.5}; }};
  MeasurementPlan plan;
  plan.pairs = setup.quick ? 1 : 3;
  MICA_ASSIGN_OR_RETURN(const PairedSamples samples, setup.Measure("step", peers, mica, plan));
  return report->Add(Compare(samples, peers, {"B0", absl::StrCat(plan.pairs, " pairs"), 0, Quantity::Unit::kSeconds, {std::nullopt}}));
}

struct Outcome {
  int exit_code;
  std::string out, err;
};

Outcome Main(const Benchmark& benchmark, const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.exit_code = BenchmarkMain({"step", "Measures a step."}, benchmark, words);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(BenchmarkMainTest, MeasuresAPeerAndWritesTableAndFile) {
  const std::string csv = testing::TempDir() + "benchmark_main.csv";
  const Outcome outcome = Main(MeasureOnce, {"--quick", "--csv=" + csv, "--python=" + FakePython()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 pairs"), HasSubstr("2.00")));
  EXPECT_THAT(*ReadFile(csv), HasSubstr("\nB0,1 pairs,peer,3,1.5,2,2,2,1,1\n"));
}

TEST(BenchmarkMainTest, RowsPicksRowsThatAreThere) {
  std::vector<bool> wanted;
  const Benchmark benchmark = [&](const BenchmarkSetup& setup, ComparisonReport*) {
    wanted = {setup.Wants("B1"), setup.Wants("B2")};
    return absl::OkStatus();
  };
  const BenchmarkText text = {"step", "Measures.", /*has_python_peers=*/false, {"B1", "B2"}};
  EXPECT_EQ(BenchmarkMain(text, benchmark, {}), 0);
  EXPECT_THAT(wanted, ElementsAre(true, true));
  EXPECT_EQ(BenchmarkMain(text, benchmark, {"--rows=B2"}), 0);
  EXPECT_THAT(wanted, ElementsAre(false, true));
  testing::internal::CaptureStderr();
  EXPECT_EQ(BenchmarkMain(text, benchmark, {"--rows=B2,B3"}), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "error: --rows: no row 'B3' here; one or more of B1,B2\n");
}

TEST(BenchmarkMainTest, APeerIsAScriptOfTheRepositoryRunInTheScratchFolder) {
  BenchmarkSetup setup;
  setup.python = "/opt/python";
  setup.files = "/root";
  setup.scratch = "/tmp/scratch";
  const ChildCommand command = setup.Peer("step.py", {"--steps=5"});
  EXPECT_THAT(command.words, testing::ElementsAre("/opt/python", "-E", "-B", "/root/bench/peers/step.py", "--steps=5"));
  EXPECT_EQ(command.folder, "/tmp/scratch");
}

TEST(BenchmarkMainTest, TheScratchFolderIsGoneAfterwards) {
  std::string scratch;
  const auto benchmark = [&](const BenchmarkSetup& setup, ComparisonReport*) {
    scratch = setup.scratch;
    EXPECT_TRUE(std::filesystem::is_directory(scratch));
    return absl::OkStatus();
  };
  EXPECT_EQ(Main(benchmark, {"--python=" + FakePython()}).exit_code, 0);
  EXPECT_FALSE(std::filesystem::exists(scratch));
}

TEST(BenchmarkMainTest, AnErrorComesAfterTheRowsThatWereMeasured) {
  const auto benchmark = [](const BenchmarkSetup& setup, ComparisonReport* report) {
    MICA_RETURN_IF_ERROR(MeasureOnce(setup, report));
    return DataError("the peer\nfailed");
  };
  const Outcome outcome = Main(benchmark, {"--python=" + FakePython()});
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.out, HasSubstr("3 pairs"));
  EXPECT_THAT(outcome.err, HasSubstr("error: the peer\nerror: failed\n"));
}

TEST(BenchmarkMainTest, RefusesWhatItDoesNotKnow) {
  const Outcome outcome = Main(MeasureOnce, {"--quik", "word"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("unknown flag --quik; did you mean --quick?"), HasSubstr("unexpected argument 'word'"),
                                 HasSubstr("`bazel run //bench:step -- --help`")));
  EXPECT_EQ(Main(MeasureOnce, {"--csv="}).exit_code, 1);
}

TEST(BenchmarkMainTest, TakesFlagsFromFiles) {
  const std::string flags = testing::TempDir() + "benchmark_flags";
  std::ofstream(flags) << "--quick\n--python=" << FakePython() << "\n";
  const Outcome outcome = Main(MeasureOnce, {"--flagfile=" + flags});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1 pairs"));
}

TEST(BenchmarkMainTest, AFileThatCannotBeWrittenIsRefusedBeforeAnythingRuns) {
  const auto benchmark = [](const BenchmarkSetup&, ComparisonReport*) {
    ADD_FAILURE() << "it ran";
    return absl::OkStatus();
  };
  const Outcome outcome = Main(benchmark, {"--csv=/proc/x.csv", "--python=" + FakePython()});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_THAT(outcome.err, HasSubstr("/proc/x.csv"));
}

TEST(BenchmarkMainTest, HelpShowsTheCommandAsItIsTyped) {
  const Outcome outcome = Main(MeasureOnce, {"--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("usage: bazel run //bench:step -- "), HasSubstr("Measures a step."), Not(HasSubstr("mica //"))));
  EXPECT_THAT(outcome.err, IsEmpty());
}

}  // namespace
}  // namespace mica
