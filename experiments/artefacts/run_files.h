// What lies in a run's folder, as far as it can be read: what plots and pages are made of.
//   MICA_ASSIGN_OR_RETURN(const RunFiles run, ReadRunFiles("/home/me/runs/x/a"));
//   if (const RunTable* const table = run.Find("per_class.csv")) …
//   for (const std::string& problem : run.problems) std::cerr << "warning: " << problem << "\n";
// A file that is missing or torn costs what is made of it and nothing else. A folder of mica evaluate
// is read in the same way; it has no record, and its results are those of one split.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_RUN_FILES_H_
#define MICA_EXPERIMENTS_ARTEFACTS_RUN_FILES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eval/report/evaluation_report.pb.h"
#include "eval/report/run_record.h"
#include "experiments/artefacts/run_table.h"
#include "experiments/artefacts/sample_sheet.h"
#include "experiments/experiment.pb.h"

namespace mica {

struct RunFiles {
  std::string folder;  // absolute, without a slash at the end

  std::optional<RunRecord> record;
  std::optional<Experiment> experiment;        // with every default filled in
  std::optional<EvaluationReport> evaluation;  // of a folder of mica evaluate; then there is no record

  std::vector<std::string> class_names;                 // of class_map.csv
  std::map<std::string, RunTable, std::less<>> tables;  // by the names of the files
  std::optional<SampleSheet> samples;

  // Of a run that is not finished, the files that it lacks are no problem. Each names its file.
  std::vector<std::string> problems;

  // Null if it is not there.
  const RunTable* Find(absl::string_view file) const;

  // "test", "validation", "train" or, where nothing is reported, "".
  std::string reported_split() const;

  // "EXPERIMENT/RUN", or the folder if its record cannot be read.
  std::string name() const;
};

// `folder` is absolute. A DataError (exit code 3) if it holds no run: neither record nor tables.
absl::StatusOr<RunFiles> ReadRunFiles(const std::string& folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_RUN_FILES_H_
