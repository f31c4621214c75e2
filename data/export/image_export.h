// Writes the pictures of a data set out as ordinary files, whatever they are packed in.
//   ExportOptions options;
//   options.folder = "/d/fashion";
//   options.layout = ExportLayout::kClassFolders;
//   options.splits = {Split::kTrain};
//   MICA_ASSIGN_OR_RETURN(const ExportResult result, WriteImages(index, survey, options));
//   // /d/fashion/T-shirt_top/train-000001.png, …
// In every layout class_names.txt (class_names_file.h) keeps the order of the classes. Names of
// class folders and of files are ClassFileNames(), and class_names.txt then has those; in lists and
// shards it has the classes' own names.
#ifndef MICA_DATA_EXPORT_IMAGE_EXPORT_H_
#define MICA_DATA_EXPORT_IMAGE_EXPORT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/files/file.h"
#include "data/decode/picture_format.h"
#include "data/export/export_layout.h"
#include "data/index/dataset_index.h"
#include "data/survey/picture_facts.h"

namespace mica {

struct ExportOptions {
  std::string folder;  // absolute; must not exist, or be empty
  ExportLayout layout = ExportLayout::kClassFolders;

  // kJpeg or kPng. None: pictures keep their bytes, raw pixels become PNG (picture_maker.h).
  std::optional<PictureFormat> format;

  std::vector<Split> splits;

  // Called now and then from the calling thread, with how many pictures are done. Returns whether
  // to go on; if not, nothing is left behind and the error is absl::CancelledError.
  std::function<bool(int64_t done)> progress;
};

struct ExportResult {
  int64_t pictures = 0;
  int64_t bytes = 0;                     // in all files
  int64_t left_out = 0;                  // pictures that cannot be used, be decoded, or be so large
  std::vector<std::string> examples;     // "PATH: is truncated …" of the first of them
  std::vector<std::string> how_to_read;  // the dataset { … } textproto that reads it back, by lines
};

// `survey` must know the headers of all pictures of the index. A picture is named by its split and
// its number among those of the export that the survey calls usable, in the order of the index,
// with zeros in front: so names sorted by bytes keep the order of a split, and the same data and
// options give the same files.
//
// Errors. The command line (exit code 1): none of the splits has a picture, or a picture has no
// label where the layout needs one. Data (3): a file cannot be read any more. Output (5): the
// folder is there with content, the disk is full, …. Nothing is left behind then. The folder
// appears under its name only when everything in it is on the disk. Hidden labels are not written.
//
// Several threads decode and encode; all files are written by the calling one. Fashion-MNIST's
// 70,000 pictures take 2 to 5 s with 2 threads, their last sync included.
absl::StatusOr<ExportResult> WriteImages(const DatasetIndex& index, const PictureSurvey& survey, const ExportOptions& options,
                                         FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_DATA_EXPORT_IMAGE_EXPORT_H_
