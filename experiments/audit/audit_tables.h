// What an audit of labels found, as files and for people.
//   WriteFile("label_issues.csv", LabelIssuesCsv(runs, audit));
//   std::cout << LabelAuditText(runs, audit);
// docs/file_formats.md describes the columns. Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_AUDIT_AUDIT_TABLES_H_
#define MICA_EXPERIMENTS_AUDIT_AUDIT_TABLES_H_

#include <string>

#include "eval/metrics/label_issues.h"
#include "experiments/audit/audited_runs.h"

namespace mica {

// A row for each sample whose label is probably wrong, by rank.
std::string LabelIssuesCsv(const AuditedRuns& runs, const LabelAudit& audit);

// The same samples with the suggestion as their label, as dataset { label_fixes_file } reads it.
std::string LabelFixesCsv(const AuditedRuns& runs, const LabelAudit& audit);

// How many labels are probably wrong, by class; the pairs of classes that are mixed up most; what
// limits the estimate. Lines have at most 100 columns.
std::string LabelAuditText(const AuditedRuns& runs, const LabelAudit& audit);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_AUDIT_AUDIT_TABLES_H_
