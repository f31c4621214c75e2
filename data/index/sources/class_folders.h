// A folder with one folder a class (ClassFoldersConfig).
#ifndef MICA_DATA_INDEX_SOURCES_CLASS_FOLDERS_H_
#define MICA_DATA_INDEX_SOURCES_CLASS_FOLDERS_H_

#include <string>

#include "data/index/sources/sample_source.h"
#include "data/index/sources/source.pb.h"

namespace mica {

// Folders without pictures are classes too. Pictures beside the class folders belong to no class:
// they are left out with a warning. Folders that are all named as splits ("train", "test") are
// refused.
class ClassFolders : public SampleSource {
 public:
  explicit ClassFolders(const ClassFoldersConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  bool IsLabelled() const override { return true; }
  std::string Origin() const override { return config_.folder(); }
  SampleList List() const override;

 private:
  const ClassFoldersConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_CLASS_FOLDERS_H_
