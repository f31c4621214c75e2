// Layouts whose names hold the class: folders of classes, and files with the class in front.
#ifndef MICA_DATA_EXPORT_NAMED_LAYOUTS_H_
#define MICA_DATA_EXPORT_NAMED_LAYOUTS_H_

#include <string>
#include <vector>

#include "data/export/export_folder.h"
#include "data/export/layout_writer.h"

namespace mica {

// CLASS/train-000012.png. Every class gets its folder, so that one without pictures is a class too.
// The names come from ClassFileNames(), and every picture must have a label. Borrows both.
class ClassFoldersWriter : public LayoutWriter {
 public:
  ClassFoldersWriter(const std::vector<std::string>& class_names, ExportFolder& folder) : class_names_(class_names), folder_(folder) {}

  absl::Status Begin() override;
  absl::Status Add(const PictureToPlace& picture) override;

 private:
  const std::vector<std::string>& class_names_;
  ExportFolder& folder_;
};

// CLASS.train-000012.png, likewise.
class FileNamesWriter : public LayoutWriter {
 public:
  FileNamesWriter(const std::vector<std::string>& class_names, ExportFolder& folder) : class_names_(class_names), folder_(folder) {}

  absl::Status Add(const PictureToPlace& picture) override;

 private:
  const std::vector<std::string>& class_names_;
  ExportFolder& folder_;
};

// Finds the class in the names of FileNamesWriter (RE2).
inline constexpr char kFileNamesPattern[] = "^(.+)\\.[a-z]+-\\d+\\.[a-z]+$";

}  // namespace mica

#endif  // MICA_DATA_EXPORT_NAMED_LAYOUTS_H_
