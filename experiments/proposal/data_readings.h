// What a folder or file may be as a data set: the ways in which its names can be read, best first.
//   MICA_ASSIGN_OR_RETURN(const FoundReadings found, FindReadings("/home/me/flowers"));
//   // found.readings[0].config: train { class_folders { folder: "/home/me/flowers/train" } } …
// The order:
//   1. IDX files (MNIST and its relatives), CIFAR's binary files, tar shards: they are nothing else
//   2. folders named as splits (train, val, test), each read as 4 or 5
//   3. a table that names pictures and their classes, unless the classes are the folders
//   4. a folder for each class
//   5. names of files that hold labels (cat.0.jpg)
// Folders that hold nothing but one other folder are passed through. Names decide, and the first
// rows of tables; whether a reading holds, data_facts.h finds out.
#ifndef MICA_EXPERIMENTS_PROPOSAL_DATA_READINGS_H_
#define MICA_EXPERIMENTS_PROPOSAL_DATA_READINGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/index/dataset.pb.h"

namespace mica {

struct DataReading {
  DatasetConfig config;  // paths absolute
  std::string in_words;  // "a folder for each class in flowers/"
};

struct FoundReadings {
  std::vector<DataReading> readings;  // at least one
  std::vector<std::string> notes;     // what lies there and is not used
};

// `path` is absolute. Errors are DataErrors (exit code 3): nothing there, not readable, a file that
// is no data set, a folder without pictures (with the extensions that it holds), pictures without
// labels. Blocks while it lists; opens tables (at most 16 MiB of each of 100) and the first shard.
absl::StatusOr<FoundReadings> FindReadings(const std::string& path);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_DATA_READINGS_H_
