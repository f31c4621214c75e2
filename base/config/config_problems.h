// Collects everything that is wrong with a config, so that one run reports it all. A problem names
// its field by a dotted path. Whoever read the config knows the file, line and column of that path
// (base/config/textproto.h) and puts them in front.
//   problems->Require(config.learning_rate() > 0, JoinPath(path, "learning_rate"), "must be > 0",
//                     config.learning_rate());
// State what must hold, not what must not, so that NaN fails too. Not thread-safe.
//
// In every Validate function, `path` is where the config stands in the experiment. Defaults count
// as values, so the config may have its defaults filled in or not.
#ifndef MICA_BASE_CONFIG_CONFIG_PROBLEMS_H_
#define MICA_BASE_CONFIG_CONFIG_PROBLEMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mica {

struct ConfigProblem {
  enum class Severity { kError, kWarning };
  Severity severity;
  std::string field_path;  // "optimizer.sgd.learning_rate"; empty for the whole config
  std::string message;     // starts with the field's path
};

class ConfigProblems {
 public:
  // `message` continues the field's path: Error("schedule.warmup.steps", "is 500, but the run has
  // 200 steps").
  void Error(absl::string_view field_path, absl::string_view message);
  void Warning(absl::string_view field_path, absl::string_view message);

  // An error "PATH RULE (got VALUE)" unless `holds`.
  void Require(bool holds, absl::string_view field_path, absl::string_view rule, double value);
  void Require(bool holds, absl::string_view field_path, absl::string_view rule, int64_t value);
  void Require(bool holds, absl::string_view field_path, absl::string_view rule, int32_t value) {
    Require(holds, field_path, rule, int64_t{value});  // else int32 is ambiguous: int64 or double
  }

  bool has_errors() const;
  const std::vector<ConfigProblem>& all() const { return all_; }

 private:
  std::vector<ConfigProblem> all_;
};

// "optimizer" + "sgd" -> "optimizer.sgd"; an empty prefix adds no dot.
std::string JoinPath(absl::string_view prefix, absl::string_view field);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_CONFIG_PROBLEMS_H_
