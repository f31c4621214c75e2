// What the sources that read lists have in common in their configs.
#ifndef MICA_DATA_INDEX_SOURCES_LIST_SETTINGS_H_
#define MICA_DATA_INDEX_SOURCES_LIST_SETTINGS_H_

#include <cstdint>
#include <string>

namespace mica {

struct ListSettings {
  std::string config_name;  // of the source's message, for remedies: "list_file"
  std::string list_path;    // absolute
  std::string root_folder;  // absolute; "": the folder of the list
  std::string path_suffix;  // added to each path
  bool has_path_suffix_field = false;

  // So that a file of 1 GiB cannot take a hundred times its size. ImageNet-21k has 14 million.
  int64_t max_samples = int64_t{1} << 25;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_LIST_SETTINGS_H_
