#include "training/checkpoint/safetensors_test_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace mica {
namespace {

int64_t BytesOf(const std::string& dtype) {
  static const std::map<std::string, int64_t> sizes = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2},
                                                       {"I32", 4},  {"U32", 4}, {"F32", 4}, {"F64", 8}, {"I64", 8}, {"U64", 8}};
  return sizes.at(dtype);
}

struct Place {
  uint64_t begin = 0, end = 0;
  std::string name;
};

}  // namespace

DecodedSafetensors DecodeForTest(const std::string& file) {
  DecodedSafetensors result;
  if (file.size() < 8) {
    ADD_FAILURE() << "a file of " << file.size() << " bytes has no header length";
    return result;
  }
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | static_cast<uint8_t>(file[i]);
  if (length > 100000000 || length > file.size() - 8 || file[8] != '{') {
    ADD_FAILURE() << "header of " << length << " bytes, beginning with " << file[8] << ", in a file of " << file.size();
    return result;
  }
  EXPECT_EQ(length % 8, 0) << "the data is not aligned";
  const std::string data = file.substr(8 + length);
  const nlohmann::json header = nlohmann::json::parse(file.substr(8, length));
  std::vector<Place> places;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      result.metadata = entry.get<std::map<std::string, std::string>>();
      continue;
    }
    EXPECT_EQ(entry.size(), 3) << name;
    const auto offsets = entry.at("data_offsets").get<std::vector<uint64_t>>();
    places.push_back({offsets.at(0), offsets.at(1), name});
    DecodedArray& array = result.arrays[name];
    array.dtype = entry.at("dtype").get<std::string>();
    array.shape = entry.at("shape").get<std::vector<int64_t>>();
    array.bytes = data.substr(offsets[0], offsets[1] - offsets[0]);
    int64_t size = BytesOf(array.dtype);
    for (const int64_t dimension : array.shape) size *= dimension;
    EXPECT_EQ(static_cast<int64_t>(array.bytes.size()), size) << name << ": bytes do not fit the shape";
    if (array.dtype != "F32" || array.bytes.empty()) continue;
    array.floats.resize(array.bytes.size() / sizeof(float));
    std::memcpy(array.floats.data(), array.bytes.data(), array.bytes.size());
  }
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  uint64_t end = 0;
  for (const Place& place : places) {
    EXPECT_EQ(place.begin, end) << place.name << ": a hole or an overlap";
    end = place.end;
    result.names.push_back(place.name);
  }
  EXPECT_EQ(end, data.size()) << "data behind the last array";
  return result;
}

}  // namespace mica
