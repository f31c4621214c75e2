// A text file with one sample a line (ListFileConfig).
#ifndef MICA_DATA_INDEX_SOURCES_LIST_FILE_H_
#define MICA_DATA_INDEX_SOURCES_LIST_FILE_H_

#include <string>

#include "data/index/sources/sample_source.h"
#include "data/index/sources/source.pb.h"

namespace mica {

// With a header, every line must have as many fields as it. Without one, fields behind those that
// are needed do not count; only where blanks separate must every line have as many as the first, as
// more of them mean a path with blanks. text_rows.h says how lines are taken apart, listed_path.h
// what paths may be.
class ListFile : public SampleSource {
 public:
  explicit ListFile(const ListFileConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool IsLabelled() const override { return config_.labels() != SourceConfig::NONE; }
  std::string Origin() const override { return config_.list_file(); }
  SampleList List() const override;

 private:
  const ListFileConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LIST_FILE_H_
