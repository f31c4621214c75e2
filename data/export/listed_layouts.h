// Layouts with a list of the pictures of each part: images/train-000012.png, and train.txt or
// train.csv. Paths in a list are relative to its own folder. Parts without pictures get no list; a
// list of unlabelled pictures has paths alone.
#ifndef MICA_DATA_EXPORT_LISTED_LAYOUTS_H_
#define MICA_DATA_EXPORT_LISTED_LAYOUTS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/export/export_folder.h"
#include "data/export/layout_writer.h"

namespace mica {

class ListedLayoutWriter : public LayoutWriter {
 public:
  absl::Status Begin() override;
  absl::Status Add(const PictureToPlace& picture) override;
  absl::Status End() override;

 protected:
  explicit ListedLayoutWriter(ExportFolder& folder) : folder_(folder) {}

  virtual std::string Extension() const = 0;  // of the list
  virtual std::string Header(bool is_labelled) const = 0;
  virtual std::string Row(const std::string& path, int32_t label) const = 0;

 private:
  absl::StatusOr<ExportFile*> ListOf(const PictureToPlace& picture);

  ExportFolder& folder_;
  std::map<std::string, std::unique_ptr<ExportFile>> lists_;  // by part
};

// "images/train-000012.png<TAB>9": the label is a number.
class ListFileWriter : public ListedLayoutWriter {
 public:
  explicit ListFileWriter(ExportFolder& folder) : ListedLayoutWriter(folder) {}

 protected:
  std::string Extension() const override { return ".txt"; }
  std::string Header(bool /*is_labelled*/) const override { return ""; }
  std::string Row(const std::string& path, int32_t label) const override;
};

// "path,label", then "images/train-000012.png,Ankle boot": the label is the name of the class. The
// names come from ListedClassNames(); borrows them.
class CsvWriter : public ListedLayoutWriter {
 public:
  CsvWriter(const std::vector<std::string>& class_names, ExportFolder& folder) : ListedLayoutWriter(folder), class_names_(class_names) {}

 protected:
  std::string Extension() const override { return ".csv"; }
  std::string Header(bool is_labelled) const override { return is_labelled ? "path,label\n" : "path\n"; }
  std::string Row(const std::string& path, int32_t label) const override;

 private:
  const std::vector<std::string>& class_names_;
};

}  // namespace mica

#endif  // MICA_DATA_EXPORT_LISTED_LAYOUTS_H_
