// What pictures are written out as, and where each part of a data set goes.
#ifndef MICA_DATA_EXPORT_EXPORT_LAYOUT_H_
#define MICA_DATA_EXPORT_EXPORT_LAYOUT_H_

#include <string>
#include <vector>

#include "data/index/dataset_index.h"

namespace mica {

// How pictures and their labels lie in a folder. The layouts are those that mica reads
// (SourceConfig, data/index/sources/source.proto), and other tools with it. NAME is SPLIT-NUMBER:
// "train-000012".
enum class ExportLayout {
  kClassFolders,  // CLASS/NAME.png
  kFileNames,     // CLASS.NAME.png
  kListFile,      // images/NAME.png; PART.txt has a line "images/NAME.png<TAB>label" for each
  kCsv,           // images/NAME.png; PART.csv has the columns path and label, the class's name
  kTarShards,     // PART-000000.tar, … with NAME.png and NAME.cls, the label, for each
};

// Whether the layout has a place for pictures without a label.
bool TakesUnlabelled(ExportLayout layout);

// Samples of a split, with labels or without.
struct ExportPart {
  Split split = Split::kTrain;
  bool is_labelled = true;

  // "train"; "test_unlabelled"; "unlabelled"
  std::string name() const;
};

// The `dataset { … }` textproto that reads what was written, a line each.
struct HowToReadRequest {
  ExportLayout layout = ExportLayout::kClassFolders;
  std::string folder;              // absolute
  std::string class_names_file;    // its name in the folder; "": there is none
  std::vector<ExportPart> parts;   // that have pictures
  bool has_empty_classes = false;  // there are training samples, but not of every class
};

// Class folders and files that hold several splits are read as one pool, which a comment says.
// Parts without training samples get a comment that says what is missing.
std::vector<std::string> HowToRead(const HowToReadRequest& request);

}  // namespace mica

#endif  // MICA_DATA_EXPORT_EXPORT_LAYOUT_H_
