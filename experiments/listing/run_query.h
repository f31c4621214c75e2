// Which runs of a listing, and in which order: what --filter and --sort say.
//   MICA_ASSIGN_OR_RETURN(const RunQuery query,
//                         ParseRunQuery("model=tiny_vgg, test_accuracy>=0.9", "accuracy"));
//   MICA_RETURN_IF_ERROR(ApplyRunQuery(query, &listing));
#ifndef MICA_EXPERIMENTS_LISTING_RUN_QUERY_H_
#define MICA_EXPERIMENTS_LISTING_RUN_QUERY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/listing/run_listing.h"

namespace mica {

struct RunCondition {
  enum class Relation : uint8_t { kEqual, kUnequal, kLess, kAtMost, kGreater, kAtLeast, kContains };
  std::string field;
  Relation relation = Relation::kEqual;
  std::string value;
};

struct RunQuery {
  std::vector<RunCondition> conditions;  // all must hold
  std::string sort_field;                // "": the newest run first
  bool is_reversed = false;
};

// `filter`: conditions FIELD=VALUE, FIELD!=VALUE, <, <=, >, >= and FIELD~PART, with commas between.
// `sort`: a field; with "-" in front the other way round. Both may be empty. A FlagError (exit code
// 1) quotes the condition that has no such form, or that compares with what is no number.
absl::StatusOr<RunQuery> ParseRunQuery(absl::string_view filter, absl::string_view sort);

// Keeps the runs for which all conditions hold; a run without the field fails any but "!=".
// Numbers are compared as numbers. Sorted, the best metric is first, of other numbers the largest,
// of texts the first of the alphabet; runs without the field come last. A field that no run has is
// a FlagError that names the nearest.
absl::Status ApplyRunQuery(const RunQuery& query, RunListing* listing);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_LISTING_RUN_QUERY_H_
