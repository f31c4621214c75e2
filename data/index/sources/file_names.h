// Pictures in a folder and below whose names hold their labels (FileNamesConfig), or without labels
// (PicturesConfig).
#ifndef MICA_DATA_INDEX_SOURCES_FILE_NAMES_H_
#define MICA_DATA_INDEX_SOURCES_FILE_NAMES_H_

#include <string>

#include "data/index/sources/sample_source.h"
#include "data/index/sources/source.pb.h"

namespace mica {

class FileNames : public SampleSource {
 public:
  explicit FileNames(const FileNamesConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool IsLabelled() const override { return true; }
  std::string Origin() const override { return config_.folder(); }
  SampleList List() const override;

 private:
  const FileNamesConfig& config_;
};

class Pictures : public SampleSource {
 public:
  explicit Pictures(const PicturesConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool IsLabelled() const override { return false; }
  std::string Origin() const override { return config_.folder(); }
  SampleList List() const override;

 private:
  const PicturesConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_FILE_NAMES_H_
