// A CSV file with a header (CsvConfig).
#ifndef MICA_DATA_INDEX_SOURCES_CSV_LIST_H_
#define MICA_DATA_INDEX_SOURCES_CSV_LIST_H_

#include <string>

#include "data/index/sources/sample_source.h"
#include "data/index/sources/source.pb.h"

namespace mica {

// Every row must have as many fields as the header. In label_columns a cell is 0 or 1, also written
// "0.0", "1.0", "False" and "True". listed_path.h says what paths may be.
class CsvList : public SampleSource {
 public:
  explicit CsvList(const CsvConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool IsLabelled() const override { return config_.labels() != SourceConfig::NONE; }
  std::string Origin() const override { return config_.csv_file(); }
  SampleList List() const override;

 private:
  const CsvConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_CSV_LIST_H_
