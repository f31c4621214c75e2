#include "bench/benchmark_main.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/files/temporary_folder.h"
#include "base/progress_line.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "bench/python_peers.h"
#include "cli/log.h"
#include "cli/shell_words.h"
#include "cli/verb_flags.h"
#include "cli/verb_table.h"
#include "cli/verb_usage.h"

namespace mica {
namespace {

VerbTable Flags(const BenchmarkText& text) {
  VerbTable table;
  table.program = "bazel run";
  table.name = absl::StrCat("//bench:", text.name, " --");
  table.description = absl::StrCat(text.description, " Needs a quiet machine.");
  table.flags = {
      {"quick", FlagType::kBool, "", "Fewer pairs, at most 5 minutes: wider intervals.", "", ""},
      {"csv", FlagType::kString, "FILE", "Writes a line a comparison to FILE.", "", ""},
  };
  if (!text.rows.empty()) {
    table.flags.push_back({"rows", FlagType::kString, "ROW,…",
                           absl::StrCat("Measures only these rows of bench/README.md, of ", absl::StrJoin(text.rows, ", "), "."), "",
                           "separate rows with commas"});
  }
  if (text.has_python_peers) {
    absl::StrAppend(&table.description,
                    " The first time, the peers' Python packages are installed into ${XDG_CACHE_HOME:-~/.cache}/mica-bench.");
    table.flags.push_back({"python", FlagType::kString, "FILE",
                           "A Python that has the packages of bench/peers/requirements.txt; nothing is installed then.", "", ""});
  }
  table.example = absl::StrCat("bazel run //bench:", text.name, " -- --quick --csv=/tmp/", text.name, ".csv");
  return table;
}

// The folder PROGRAM.runfiles lies beside a program that Bazel has built; in a test the program
// lies inside its own.
std::string RunfilesRoot() {
  std::error_code error;
  const std::string beside = std::filesystem::read_symlink("/proc/self/exe", error).string() + ".runfiles/mica";
  return std::filesystem::exists(beside, error) ? beside : std::filesystem::current_path(error).string();
}

// The path given by a flag; "" if it is not given.
absl::StatusOr<std::string> PathOf(const VerbArguments& arguments, const std::string& flag) {
  if (!arguments.IsGiven(flag)) return "";
  const std::string path = arguments.GetString(flag);
  if (path.empty()) return FlagError(absl::StrCat("--", flag, " is empty; name a file, or leave it out"));
  return ResolveWord("--" + flag, path);
}

absl::StatusOr<std::string> PythonOf(const VerbArguments& arguments, const std::string& files) {
  MICA_ASSIGN_OR_RETURN(const std::string python, PathOf(arguments, "python"));
  if (!python.empty()) return python;
  PythonPeersOptions options;
  options.requirements = files + "/bench/peers/requirements.txt";
  MICA_ASSIGN_OR_RETURN(options.cache_folder, PythonPeersCacheFolder());
  return InstallPythonPeers(options, std::cerr);
}

absl::StatusOr<std::vector<std::string>> RowsOf(const BenchmarkText& text, const VerbArguments& arguments) {
  if (text.rows.empty() || !arguments.IsGiven("rows")) return std::vector<std::string>();
  std::vector<std::string> rows = absl::StrSplit(arguments.GetString("rows"), ',');
  for (const std::string& row : rows) {
    if (std::find(text.rows.begin(), text.rows.end(), row) != text.rows.end()) continue;
    return FlagError(absl::StrCat("--rows: no row '", row, "' here; one or more of ", absl::StrJoin(text.rows, ",")));
  }
  return rows;
}

absl::Status Run(const BenchmarkText& text, const Benchmark& benchmark, const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string csv, PathOf(arguments, "csv"));
  ComparisonReport report(csv);
  MICA_RETURN_IF_ERROR(report.Add({}));
  BenchmarkSetup setup;
  setup.quick = arguments.GetBool("quick");
  MICA_ASSIGN_OR_RETURN(setup.rows, RowsOf(text, arguments));
  setup.files = RunfilesRoot();
  if (text.has_python_peers) {
    MICA_ASSIGN_OR_RETURN(setup.python, PythonOf(arguments, setup.files));
  }
  MICA_ASSIGN_OR_RETURN(const TemporaryFolder scratch, TemporaryFolder::Create());
  setup.scratch = scratch.path();
  const absl::Status status = benchmark(setup, &report);
  std::cout << report.Table() << std::flush;
  return status;
}

int ExitCodeAfter(const absl::Status& status) {
  if (status.ok()) return 0;
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) std::cerr << "error: " << line << "\n";
  return absl::IsCancelled(status) ? 128 + StopSignal() : static_cast<int>(ExitCodeOf(status));
}

}  // namespace

bool BenchmarkSetup::Wants(const std::string& row) const {
  return rows.empty() || std::find(rows.begin(), rows.end(), row) != rows.end();
}

ChildCommand BenchmarkSetup::Peer(const std::string& script, absl::Span<const std::string> arguments) const {
  ChildCommand command = {{python, "-E", "-B", absl::StrCat(files, "/bench/peers/", script)}, scratch};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return command;
}

absl::StatusOr<PairedSamples> BenchmarkSetup::Measure(const std::string& work, absl::Span<const Contestant> peers, const Contestant& mica,
                                                      const MeasurementPlan& plan) const {
  ProgressLine progress(stderr);
  const auto on_run = [&](int round, const std::string& name) {
    const std::string turn = round == 0 ? "warm-up" : absl::StrCat("round ", round, "/", plan.pairs);
    progress.Update([&] { return absl::StrCat(work, ": ", turn, ", ", name); });
  };
  absl::StatusOr<PairedSamples> samples = MeasureInTurn(peers, mica, plan, on_run);
  if (samples.ok()) progress.Finish(absl::StrCat(work, ": ", plan.pairs, " rounds done"));
  return samples;
}

int BenchmarkMain(const BenchmarkText& text, const Benchmark& benchmark, const std::vector<std::string>& words) {
  StartLog(text.name);
  const VerbTable flags = Flags(text);
  const absl::StatusOr<VerbArguments> arguments = ScanVerbArguments(flags, words);
  if (!arguments.ok()) return ExitCodeAfter(arguments.status());
  if (arguments->help_wanted()) {
    std::cout << VerbUsage(flags);
    return 0;
  }
  InstallStopSignals();
  return ExitCodeAfter(Run(text, benchmark, *arguments));
}

}  // namespace mica
