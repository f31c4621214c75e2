// A comparison as the table of a paper or a README: a row an experiment, repeats under other seeds as
// mean and standard deviation, the best in bold.
//   WriteFile("comparison.tex", ComparisonLatex(comparison));
// The caption says the protocol: data, split, seeds, epochs, device. What is special in Markdown or LaTeX
// is escaped in names. Thread-safe.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_TABLES_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_TABLES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "experiments/compare/comparison.h"

namespace mica {

// Experiments without a reported metric have no row.
std::string ComparisonMarkdown(const Comparison& comparison);

// Needs \usepackage{booktabs}.
std::string ComparisonLatex(const Comparison& comparison);

std::string EscapeMarkdown(absl::string_view text);
std::string EscapeLatex(absl::string_view text);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_TABLES_H_
