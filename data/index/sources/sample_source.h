// A source of samples: one arm of SourceConfig. Each is one unit that implements this interface and
// one line in source_factory.cc.
#ifndef MICA_DATA_INDEX_SOURCES_SAMPLE_SOURCE_H_
#define MICA_DATA_INDEX_SOURCES_SAMPLE_SOURCE_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"
#include "data/index/sample_list.h"

namespace mica {

// Thread-safe. Made for one config, which must outlive it.
class SampleSource {
 public:
  virtual ~SampleSource() = default;

  // Reports what is wrong with the settings. `path` is the path of the source's own message.
  virtual void Validate(absl::string_view path, ConfigProblems* problems) const = 0;

  // Whether its samples have labels, as far as the settings say. The config must be valid.
  virtual bool IsLabelled() const = 0;

  // What messages call it: the path of its folder or list.
  virtual std::string Origin() const = 0;

  // Finds the samples. Opens no picture. The config must be valid and its paths absolute.
  virtual SampleList List() const = 0;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_SAMPLE_SOURCE_H_
