// A folder with a small IDX data set and an experiment on it that trains in some hundredths of a
// second.
//   const TinyExperiment tiny("stop");
//   RunMica({{"train", "x.textproto"}, tiny.folder()});
// x.textproto: 48 training samples of 3 classes, 24 for testing, pictures of 8 x 8; the linear
// model, SGD, 3 epochs of 6 steps, one thread.
#ifndef MICA_TESTS_INTEGRATION_TINY_EXPERIMENT_H_
#define MICA_TESTS_INTEGRATION_TINY_EXPERIMENT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

class TinyExperiment {
 public:
  // `name` is that of the folder below the test's temporary folder. An existing one is replaced.
  explicit TinyExperiment(absl::string_view name);

  const std::string& folder() const { return folder_; }  // holds x.textproto and data/
  std::string Path(absl::string_view name) const;        // inside the folder

  // runs/tiny/RUN/FILE inside the folder.
  std::string RunPath(absl::string_view run, absl::string_view file) const;

  // The text of x.textproto, for tests to change and write beside it.
  static std::string Text();

 private:
  const std::string folder_;
};

}  // namespace mica

#endif  // MICA_TESTS_INTEGRATION_TINY_EXPERIMENT_H_
