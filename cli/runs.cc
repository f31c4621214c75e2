#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/status_macros.h"
#include "cli/output_paths.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "experiments/listing/run_listing.h"
#include "experiments/listing/run_listing_text.h"
#include "experiments/listing/run_query.h"

namespace mica {
namespace {

absl::StatusOr<std::string> FolderOfRuns(const VerbArguments& arguments) {
  if (arguments.words().empty()) return absl::StrCat(UserFolder(), "/runs");
  return ResolveWord(arguments.words()[0], arguments.words()[0]);
}

// Those that the query names are worth a column.
std::vector<std::string> FieldsOf(const RunQuery& query) {
  std::vector<std::string> fields;
  if (!query.sort_field.empty()) fields.push_back(query.sort_field);
  for (const RunCondition& condition : query.conditions) fields.push_back(condition.field);
  return fields;
}

std::string CountLine(const RunListing& listing, size_t found) {
  const std::string of = listing.runs.size() == found ? "" : absl::StrCat(" of ", found);
  return absl::StrCat(listing.runs.size(), of, found == 1 ? " run" : " runs", " in ", ShownPath(listing.folder), "\n");
}

absl::StatusOr<ExitCode> RunRuns(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const std::string folder, FolderOfRuns(arguments));
  MICA_ASSIGN_OR_RETURN(const RunQuery query, ParseRunQuery(arguments.GetString("filter"), arguments.GetString("sort")));
  MICA_ASSIGN_OR_RETURN(const std::string csv, FilePathOfFlag(arguments, "csv"));
  MICA_RETURN_IF_ERROR(RequireWritable("--csv", csv));
  MICA_ASSIGN_OR_RETURN(RunListing listing, ListRuns(folder));
  const size_t found = listing.runs.size();
  MICA_RETURN_IF_ERROR(ApplyRunQuery(query, &listing));
  const std::string text = RunListingText(listing, FieldsOf(query), absl::ToUnixSeconds(absl::Now()));
  MICA_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(text, CountLine(listing, found)), "the runs"));
  if (!csv.empty()) MICA_RETURN_IF_ERROR(WriteFileAtomically(csv, RunListingCsv(listing)));
  return ExitCode::kDone;
}

}  // namespace

Verb RunsVerb() {
  return {
      {
          "runs",
          "[FOLDER]",
          /*min_words=*/0,
          /*max_words=*/1,
          "Lists the runs below a folder (runs/ if none is named): state, accuracy of the reported split, epochs, age and size. Fields of "
          "--filter and --sort are the columns of summary.csv, and state, accuracy, split, epochs, started and bytes.",
          {
              {"filter", FlagType::kString, "CONDITIONS", "Only runs for which all hold: FIELD=VALUE, != < <= > >= or ~ for a part.", "",
               "put both conditions in one, with a comma between"},
              {"sort", FlagType::kString, "FIELD", "The best first, or the largest. -FIELD: the other way round. Not given: the newest.",
               "", ""},
              {"csv", FlagType::kString, "FILE", "Writes every field of every run listed.", "", ""},
          },
          "  mica runs --sort=test_accuracy --filter='model=tiny_vgg, test_accuracy>=0.85'",
      },
      RunRuns};
}

}  // namespace mica
