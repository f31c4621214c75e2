#include "data/index/idx_labels.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"

namespace mica {
namespace {

std::vector<int32_t> Bytes(absl::string_view data) {
  std::vector<int32_t> labels;
  labels.reserve(data.size());
  for (const char byte : data) labels.push_back(static_cast<uint8_t>(byte));
  return labels;
}

// Of every row of `columns` numbers the first.
std::vector<int32_t> Numbers(absl::string_view data, int64_t samples, int64_t columns) {
  std::vector<int32_t> labels(samples);
  for (int64_t i = 0; i < samples; ++i) {
    uint32_t number = 0;
    for (const char byte : data.substr(i * columns * 4, 4)) number = number << 8 | static_cast<uint8_t>(byte);
    labels[i] = static_cast<int32_t>(number);
  }
  return labels;
}

absl::StatusOr<std::vector<int32_t>> OneHot(const IdxFile& file) {
  const int64_t classes = file.dimensions[1];
  std::vector<int32_t> labels(file.samples());
  for (int64_t i = 0; i < file.samples(); ++i) {
    const absl::string_view row = file.data().substr(i * classes, classes);
    const size_t label = row.find('\1');
    const int64_t others = std::count_if(row.begin(), row.end(), [](char value) { return value != 0; });
    if (label == absl::string_view::npos || others != 1) {
      return DataError(absl::StrCat(file.path, ": the row at index ", i, " has ", others, " values other than 0 among its ", classes,
                                    "; one-hot labels have one 1 in each row, other labels one dimension"));
    }
    labels[i] = static_cast<int32_t>(label);
  }
  return labels;
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> IdxLabels(const IdxFile& file, std::vector<std::string>* warnings) {
  const int64_t columns = file.dimensions.size() == 1 ? 1 : file.dimensions[1];
  if (file.value_bytes == 1) {
    if (file.dimensions.size() > 1) return OneHot(file);
    return Bytes(file.data());
  }
  if (columns > 1) {
    warnings->push_back(absl::StrCat(file.path, ": has ", columns, " numbers a sample; the first is the label, as in QMNIST"));
  }
  return Numbers(file.data(), file.samples(), columns);
}

}  // namespace mica
