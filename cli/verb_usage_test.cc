#include "cli/verb_usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/example_verb.h"

namespace mica {
namespace {

TEST(VerbUsageTest, UsageShowsSynopsisFlagsAndExample) {
  EXPECT_EQ(VerbUsage(ExampleVerb()),
            "usage: mica train EXPERIMENT [--set=FRAGMENT] [--output_dir=FOLDER] [--top_k=N] [--threshold=P]\n"
            "                  [--[no]amp]\n"
            "\n"
            "Trains a model, evaluates it and writes a run folder.\n"
            "\n"
            "flags:\n"
            "  --set=FRAGMENT       Text merged over the experiment.\n"
            "  --output_dir=FOLDER  Where run folders are made. Default: runs.\n"
            "  --top_k=N            How many classes are shown. Default: 5.\n"
            "  --threshold=P        Smallest probability that counts. Default: 0.5.\n"
            "  --[no]amp            Computes in half precision.\n"
            "  --help               Shows this text.\n"
            "\n"
            "Also accepted: --flagfile=FILE,… (flags from files, one a line), --fromenv=NAME,… (from variables\n"
            "FLAGS_NAME), --tryfromenv=NAME,… (where they are set), --v=N (log level; 1 shows the stages),\n"
            "--vmodule=FILE=N,… (level of single source files), --log_dir=FOLDER (log files there, not stderr),\n"
            "--[no]logtostderr, --[no]alsologtostderr, --stderrthreshold=N, --minloglevel=N (severities 0-3).\n"
            "\n"
            "example:\n"
            "  mica train experiments/x.textproto --set='trainer { epochs: 1 }'\n");
}

TEST(VerbUsageTest, UsageKeepsTo100Columns) {
  VerbTable verb = ExampleVerb();
  for (int i = 0; i < 60; ++i) {
    verb.description += " Another word.";
    verb.flags[0].help += " Another word.";
  }
  verb.example = std::string(98, 'x') + "\n" + std::string(98, 'y');
  const std::vector<std::string> lines = absl::StrSplit(VerbUsage(verb), '\n');
  for (const std::string& line : lines) {
    // "…" is one column and three bytes.
    const size_t columns = absl::StrReplaceAll(line, {{"…", "."}}).size();
    EXPECT_LE(columns, 100) << line;
    EXPECT_THAT(line, testing::Not(testing::EndsWith(" ")));
  }
}

}  // namespace
}  // namespace mica
