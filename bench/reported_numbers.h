// The numbers that a measured program prints in its last line: "train_seconds=1.93
// start_to_first_step_seconds=5.4".
//   MICA_ASSIGN_OR_RETURN(
//       const Sample sample,
//       ReadReportedNumbers(result.out, {"train_seconds", "start_to_first_step_seconds"}));
#ifndef MICA_BENCH_REPORTED_NUMBERS_H_
#define MICA_BENCH_REPORTED_NUMBERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mica {

// The numbers of `names`, in their order. A missing name or a value that is not a number above 0 is
// an error that shows the line.
absl::StatusOr<std::vector<double>> ReadReportedNumbers(absl::string_view output, absl::Span<const std::string> names);

}  // namespace mica

#endif  // MICA_BENCH_REPORTED_NUMBERS_H_
