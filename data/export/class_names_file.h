// How classes are called in exported files, so that mica reads the same classes in the same order.
//   const std::vector<std::string> names = ClassFileNames(index.classes.names());
//   names[0] == "T-shirt_top";  // the folder of class "T-shirt/top"
//   const ClassNamesFile file = MakeClassNamesFile(names, counts);
// A name that can be used stays as it is. Others are changed until they can: bytes that cannot stand
// there become "_", and of names that would then be equal the later ones end in "-2", "-3", …
#ifndef MICA_DATA_EXPORT_CLASS_NAMES_FILE_H_
#define MICA_DATA_EXPORT_CLASS_NAMES_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mica {

inline constexpr size_t kMaxClassFileName = 200;  // bytes

// As they can stand in a list of names: UTF-8 without control characters, not empty, no blanks at
// the ends, all different. In the order of the labels.
std::vector<std::string> ListedClassNames(const std::vector<std::string>& names);

// As folders and files can be named: the same, without "/", at most kMaxClassFileName bytes, nothing
// that is passed over as hidden (a dot in front becomes "_") and no name of a split ("train_").
std::vector<std::string> ClassFileNames(const std::vector<std::string>& names);

struct ClassNamesFile {
  std::string name;
  std::string bytes;
};

// "class_names.txt" with a name a line. Where that would be taken for a table ("1 cat", "2 dog"), it
// is "class_map.csv", as in a run's folder; `samples` has the number of each class. Both are read by
// dataset { class_names_file: … }. `names` must come from one of the functions above.
ClassNamesFile MakeClassNamesFile(const std::vector<std::string>& names, const std::vector<int64_t>& samples);

}  // namespace mica

#endif  // MICA_DATA_EXPORT_CLASS_NAMES_FILE_H_
