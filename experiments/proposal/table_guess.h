// Finds out what a table beside pictures is: which column names pictures, which column their class.
//   const auto guess = GuessTable("id,breed\n0001,beagle\n…", "/d/labels.csv", folders);
//   // guess->source: csv { csv_file: "/d/labels.csv" root_folder: "/d/train" path_column: "id" … }
// Reads no picture; it asks the system whether named files exist. Thread-safe.
#ifndef MICA_EXPERIMENTS_PROPOSAL_TABLE_GUESS_H_
#define MICA_EXPERIMENTS_PROPOSAL_TABLE_GUESS_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/index/dataset.pb.h"

namespace mica {

struct TableGuess {
  SourceConfig source;           // csv, or list_file where there is no header or no comma
  std::set<std::string> labels;  // that occur
  std::string in_words;          // "column \"id\" names pictures, \"breed\" their class"
};

// `text` is the table's, perhaps its beginning alone, cut after a line. `roots` are the folders
// that paths may start at, in order of preference. In the column of paths at least nine of ten
// values differ and name files, in one folder and with one extension added or none. The label's is
// the first with a usual name (label, class, category, …), else the one with the fewest different
// values, which are at most half as many as rows; else columns of 0 and 1 with one 1 a row. Numbers
// that begin at 1 get an offset; those with gaps are names. Nullopt if there is none.
std::optional<TableGuess> GuessTable(absl::string_view text, const std::string& path, const std::vector<std::string>& roots);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_TABLE_GUESS_H_
