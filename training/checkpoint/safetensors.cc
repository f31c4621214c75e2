#include "training/checkpoint/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

int64_t BytesPerValue(const ArrayView& array) {
  int64_t values = 1;
  for (const int64_t size : array.shape) values *= size;
  return values == 0 ? 0 : static_cast<int64_t>(array.bytes.size()) / values;
}

std::string LittleEndian(uint64_t number) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(number >> shift));
  return bytes;
}

}  // namespace

std::string EncodeSafetensors(std::vector<ArrayView> arrays, const std::map<std::string, std::string>& metadata) {
  std::sort(arrays.begin(), arrays.end(), [](const ArrayView& a, const ArrayView& b) {
    return std::forward_as_tuple(-BytesPerValue(a), a.name) < std::forward_as_tuple(-BytesPerValue(b), b.name);
  });
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  size_t end = 0;
  for (const ArrayView& array : arrays) {
    const size_t begin = end;
    end += array.bytes.size();
    header[array.name] = {{"dtype", array.dtype}, {"shape", array.shape}, {"data_offsets", {begin, end}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string file = absl::StrCat(LittleEndian(text.size()), text);
  file.reserve(file.size() + end);
  for (const ArrayView& array : arrays) absl::StrAppend(&file, array.bytes);
  return file;
}

}  // namespace mica
