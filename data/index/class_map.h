// The classes of a data set: labels 0 … size-1 and their names. Made once and stored with every
// run; never rebuilt from files.
#ifndef MICA_DATA_INDEX_CLASS_MAP_H_
#define MICA_DATA_INDEX_CLASS_MAP_H_

#include <string>
#include <utility>
#include <vector>

namespace mica {

class ClassMap {
 public:
  ClassMap() = default;
  explicit ClassMap(std::vector<std::string> names) : names_(std::move(names)) {}

  int size() const { return static_cast<int>(names_.size()); }
  const std::string& name(int label) const { return names_[label]; }
  const std::vector<std::string>& names() const { return names_; }

  // 16 hexadecimal digits: XXH3 over the names in order, each hash seeding the next.
  std::string fingerprint() const;

 private:
  std::vector<std::string> names_;
};

}  // namespace mica

#endif  // MICA_DATA_INDEX_CLASS_MAP_H_
