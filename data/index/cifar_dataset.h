// CIFAR-10 and CIFAR-100 (Krizhevsky 2009), binary version.
//   CifarDataset(config).List()
// A file is a row of records: the labels, one byte each (of CIFAR-10 the class, of CIFAR-100 the
// coarse one of 20, then the fine one of 100), then 3072 bytes of 32 x 32 pixels: all reds, row by
// row, then the greens, then the blues. That is u8 CHW, so pixels stay as they are.
#ifndef MICA_DATA_INDEX_CIFAR_DATASET_H_
#define MICA_DATA_INDEX_CIFAR_DATASET_H_

#include <string>
#include <vector>

#include "data/index/dataset_format.h"

namespace mica {

class CifarDataset : public DatasetFormat {
 public:
  explicit CifarDataset(const DatasetConfig& config) : config_(config) {}

  void Validate(absl::string_view path, ConfigProblems* problems) const override;
  std::string SourceOf(Split split) const override { return split == Split::kTest ? "cifar.folder" : ""; }
  std::string Origin() const override { return config_.cifar().folder(); }

  // Reads all files in parallel; each becomes resident. A record of ImageRecord begins behind its
  // labels. Class names come from batches.meta.txt, fine_label_names.txt or coarse_label_names.txt;
  // without that file they are numbers, with a warning. A file may have fewer or more samples than
  // the original.
  //
  // Errors: files that are missing (cifar_folder.h), are no whole number of records, or have labels
  // that the version has not; coarse labels of CIFAR-10; a file of names with another number of
  // them.
  //
  // fingerprint_lines: "HASH LENGTH\n" per file, in the order of their numbers, as for IDX; with
  // coarse labels "coarse\n" follows.
  std::vector<DatasetPart> List() const override;

 private:
  const DatasetConfig& config_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_CIFAR_DATASET_H_
