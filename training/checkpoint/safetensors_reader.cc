#include "training/checkpoint/safetensors_reader.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace mica {
namespace {

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100000000;  // the reference reader's limit
// LibTorch's limit. A header full of dimensions would otherwise take many times its size.
constexpr size_t kMaxRank = 64;
constexpr int kMaxDepth = 16;  // of fields that the format does not know
constexpr char kMetadata[] = "__metadata__";

struct Dtype {
  const char* name;
  uint64_t bytes;
};
constexpr Dtype kDtypes[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"I16", 2}, {"U16", 2}, {"F16", 2},
                             {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4},     {"F64", 8},     {"I64", 8}, {"U64", 8}};

struct Entry {
  ArrayView array;  // without bytes
  uint64_t begin = 0, end = 0;
};

// Takes the header's JSON piece by piece. So only entries are kept, a repeated key is seen, and no
// number becomes a double silently.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Value("null"); }
  bool boolean(bool) override { return Value("a boolean"); }
  bool number_integer(number_integer_t value) override { return Value(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return Value(ShownName(text)); }
  bool binary(binary_t&) override { return Value("binary data"); }  // JSON has none

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::kShape && place_ != Place::kOffsets) return Value(std::to_string(value));
    if (place_ == Place::kOffsets) {
      offsets_.push_back(value);
      return offsets_.size() <= 2 || Fail(absl::StrCat(Current(), ": data_offsets has more than two numbers"));
    }
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return Fail(absl::StrCat(Current(), ": a dimension of ", value, " values does not fit into 63 bits"));
    }
    entry_.array.shape.push_back(static_cast<int64_t>(value));
    return entry_.array.shape.size() <= kMaxRank || Fail(absl::StrCat(Current(), ": more than ", kMaxRank, " dimensions"));
  }

  bool string(string_t& text) override {
    if (place_ == Place::kMetadata) {
      if (metadata_.emplace(field_, std::move(text)).second) return true;
      return Fail(absl::StrCat(kMetadata, ": \"", ShownName(field_), "\" stands there twice"));
    }
    if (place_ != Place::kEntry || field_ != "dtype") return Value("text");
    entry_.array.dtype = std::move(text);
    return true;
  }

  bool key(string_t& text) override {
    if (place_ == Place::kUnknown) return true;
    field_ = std::move(text);
    if (place_ != Place::kEntry) return true;
    bool* const seen = field_ == "dtype"          ? &has_dtype_
                       : field_ == "shape"        ? &has_shape_
                       : field_ == "data_offsets" ? &has_offsets_
                                                  : nullptr;
    if (seen == nullptr) return true;
    return !std::exchange(*seen, true) || Fail(absl::StrCat(Current(), ": ", field_, " stands there twice"));
  }

  bool start_object(std::size_t) override {
    switch (place_) {
      case Place::kFile:
        place_ = Place::kHeader;
        return true;
      case Place::kHeader:
        return field_ == kMetadata ? StartMetadata() : StartEntry();
      case Place::kEntry:
      case Place::kUnknown:
        return StartUnknown("an object");
      case Place::kMetadata:
      case Place::kShape:
      case Place::kOffsets:
        return Value("an object");
    }
    return false;
  }

  bool start_array(std::size_t) override {
    if (place_ == Place::kEntry && field_ == "shape") {
      place_ = Place::kShape;
      return true;
    }
    if (place_ == Place::kEntry && field_ == "data_offsets") {
      place_ = Place::kOffsets;
      return true;
    }
    return place_ == Place::kEntry || place_ == Place::kUnknown ? StartUnknown("a list") : Value("a list");
  }

  bool end_object() override {
    if (place_ == Place::kEntry) return EndEntry();
    if (place_ == Place::kMetadata) place_ = Place::kHeader;
    if (place_ == Place::kUnknown) EndUnknown();
    return true;
  }

  bool end_array() override {
    if (place_ == Place::kUnknown) {
      EndUnknown();
      return true;
    }
    if (place_ == Place::kOffsets && offsets_.size() != 2) {
      return Fail(absl::StrCat(Current(), ": data_offsets has ", offsets_.size(), " numbers, expected begin and end"));
    }
    place_ = Place::kEntry;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    // `position` counts the characters read, including the one that does not fit.
    return Fail(absl::StrCat("the header is not valid JSON at byte ", kLengthBytes + (position == 0 ? 0 : position - 1)));
  }

  const std::string& problem() const { return problem_; }
  std::map<std::string, std::string>& metadata() { return metadata_; }
  std::vector<Entry>& entries() { return entries_; }

 private:
  enum class Place { kFile, kHeader, kMetadata, kEntry, kShape, kOffsets, kUnknown };

  bool Fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  std::string Current() const { return absl::StrCat("tensor \"", ShownName(entry_.array.name), "\""); }

  // A value of a kind that has no function of its own here.
  bool Value(const std::string& found) {
    switch (place_) {
      case Place::kHeader:
        return Fail(absl::StrCat("\"", ShownName(field_), "\" is ", found, ", expected an object"));
      case Place::kMetadata:
        return Fail(absl::StrCat(kMetadata, ": \"", ShownName(field_), "\" is ", found, ", expected text"));
      case Place::kEntry:
        if (field_ == "dtype") return Fail(absl::StrCat(Current(), ": dtype is ", found, ", expected text"));
        // Later versions may say more; the reference reader allows it.
        if (field_ != "shape" && field_ != "data_offsets") return true;
        return Fail(absl::StrCat(Current(), ": ", field_, " is ", found, ", expected a list"));
      case Place::kShape:
        return Fail(absl::StrCat(Current(), ": shape holds ", found, ", expected whole numbers from 0"));
      case Place::kOffsets:
        return Fail(absl::StrCat(Current(), ": data_offsets holds ", found, ", expected whole numbers from 0"));
      case Place::kFile:
      case Place::kUnknown:
        return true;
    }
    return true;
  }

  bool StartMetadata() {
    place_ = Place::kMetadata;
    return !std::exchange(has_metadata_, true) || Fail(absl::StrCat(kMetadata, " stands there twice"));
  }

  bool StartEntry() {
    place_ = Place::kEntry;
    entry_ = Entry();
    entry_.array.name = field_;
    offsets_.clear();
    has_dtype_ = has_shape_ = has_offsets_ = false;
    return true;
  }

  bool EndEntry() {
    if (const char* const missing = !has_dtype_ ? "dtype" : !has_shape_ ? "shape" : !has_offsets_ ? "data_offsets" : nullptr) {
      return Fail(absl::StrCat(Current(), " has no ", missing));
    }
    entry_.begin = offsets_[0];
    entry_.end = offsets_[1];
    entries_.push_back(std::move(entry_));
    place_ = Place::kHeader;
    return true;
  }

  bool StartUnknown(const std::string& found) {
    if (place_ == Place::kEntry && (field_ == "dtype" || field_ == "shape" || field_ == "data_offsets")) return Value(found);
    place_ = Place::kUnknown;
    return ++depth_ <= kMaxDepth || Fail(absl::StrCat(Current(), ": nested deeper than ", kMaxDepth));
  }

  void EndUnknown() {
    if (--depth_ == 0) place_ = Place::kEntry;
  }

  Place place_ = Place::kFile;
  std::string field_;  // the last key
  Entry entry_;        // being read
  std::vector<uint64_t> offsets_;
  bool has_dtype_ = false, has_shape_ = false, has_offsets_ = false, has_metadata_ = false;
  int depth_ = 0;  // inside an unknown field
  std::map<std::string, std::string> metadata_;
  std::vector<Entry> entries_;
  std::string problem_;
};

// `start` holds the first 8 bytes, or all of a smaller file.
absl::StatusOr<uint64_t> HeaderLength(absl::string_view start, uint64_t file_bytes) {
  if (file_bytes < kLengthBytes) {
    return CheckpointError(absl::StrCat(file_bytes, " bytes; a safetensors file begins with 8 bytes of header length"));
  }
  uint64_t length = 0;
  for (int i = kLengthBytes - 1; i >= 0; --i) length = length << 8 | static_cast<uint8_t>(start[i]);
  if (length > kMaxHeaderBytes) {
    return CheckpointError(
        absl::StrCat("the header would have ", length, " bytes, at most ", kMaxHeaderBytes, " are allowed; is it a safetensors file?"));
  }
  if (length > file_bytes - kLengthBytes) {
    return CheckpointError(
        absl::StrCat("cut: the header has ", length, " bytes, the file only ", file_bytes - kLengthBytes, " behind its length"));
  }
  return length;
}

bool BeginsHeader(absl::string_view header) {
  return !header.empty() && header[0] == '{';
}

absl::Status NoHeaderError() {
  return CheckpointError("the header does not begin with '{'; is it a safetensors file?");
}

// The header's text, or an error that is visible before any JSON is read.
absl::StatusOr<absl::string_view> HeaderText(absl::string_view file) {
  MICA_ASSIGN_OR_RETURN(const uint64_t length, HeaderLength(file, file.size()));
  const absl::string_view header = file.substr(kLengthBytes, length);
  if (const size_t valid = ValidUtf8Prefix(header); valid < header.size()) {
    return CheckpointError(absl::StrCat("the header is not UTF-8 at byte ", kLengthBytes + valid));
  }
  if (!BeginsHeader(header)) return NoHeaderError();
  return header;
}

std::optional<uint64_t> BytesPerValue(absl::string_view dtype) {
  for (const Dtype& known : kDtypes) {
    if (known.name == dtype) return known.bytes;
  }
  return std::nullopt;
}

absl::Status UnknownDtypeError(const ArrayView& array) {
  const auto append = [](std::string* text, const Dtype& dtype) { text->append(dtype.name); };
  return CheckpointError(absl::StrCat("tensor \"", ShownName(array.name), "\": dtype \"", ShownName(array.dtype),
                                      "\" is unknown; known are ", absl::StrJoin(kDtypes, ", ", append)));
}

absl::Status CheckSize(const Entry& entry) {
  const std::optional<uint64_t> bytes_per_value = BytesPerValue(entry.array.dtype);
  if (!bytes_per_value.has_value()) return UnknownDtypeError(entry.array);
  uint64_t bytes = *bytes_per_value;
  for (const int64_t dimension : entry.array.shape) {
    if (!__builtin_mul_overflow(bytes, static_cast<uint64_t>(dimension), &bytes)) continue;
    return CheckpointError(absl::StrCat("tensor \"", ShownName(entry.array.name), "\": shape [", absl::StrJoin(entry.array.shape, ","),
                                        "] of ", entry.array.dtype, " is more than 2^64 bytes"));
  }
  if (bytes == entry.end - entry.begin) return absl::OkStatus();
  return CheckpointError(absl::StrCat("tensor \"", ShownName(entry.array.name), "\": shape [", absl::StrJoin(entry.array.shape, ","),
                                      "] of ", entry.array.dtype, " is ", bytes, " bytes, data_offsets [", entry.begin, ",", entry.end,
                                      "] are ", entry.end - entry.begin));
}

absl::Status CheckNames(const std::vector<Entry>& entries) {
  std::vector<absl::string_view> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) names.push_back(entry.array.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return absl::OkStatus();
  return CheckpointError(absl::StrCat("tensor \"", ShownName(*twice), "\" stands there twice"));
}

// Sorts the entries by their place. Each must begin where the one before ends, and the last must
// end with the data.
absl::Status CheckPlaces(uint64_t data_bytes, std::vector<Entry>* entries) {
  std::sort(entries->begin(), entries->end(),
            [](const Entry& a, const Entry& b) { return std::tie(a.begin, a.end, a.array.name) < std::tie(b.begin, b.end, b.array.name); });
  uint64_t end = 0;
  const std::string* before = nullptr;
  for (const Entry& entry : *entries) {
    const std::string tensor = absl::StrCat("tensor \"", ShownName(entry.array.name), "\"");
    if (entry.begin < end)
      return CheckpointError(absl::StrCat(tensor, " begins at ", entry.begin, ", inside \"", ShownName(*before), "\""));
    if (entry.begin > end) return CheckpointError(absl::StrCat(tensor, " begins at ", entry.begin, ", a hole after ", end));
    if (entry.end < entry.begin)
      return CheckpointError(absl::StrCat(tensor, " ends at ", entry.end, ", before its begin at ", entry.begin));
    MICA_RETURN_IF_ERROR(CheckSize(entry));
    end = entry.end;
    before = &entry.array.name;
    if (end > data_bytes) {
      return CheckpointError(absl::StrCat("cut: ", tensor, " ends at ", end, ", there are ", data_bytes, " bytes of data"));
    }
  }
  if (end == data_bytes) return absl::OkStatus();
  return CheckpointError(absl::StrCat(data_bytes - end, " bytes behind the last tensor"));
}

absl::StatusOr<SafetensorsFile> Decode(absl::string_view bytes) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view header, HeaderText(bytes));
  HeaderReader reader;
  if (!nlohmann::json::sax_parse(header.begin(), header.end(), &reader)) return CheckpointError(reader.problem());
  MICA_RETURN_IF_ERROR(CheckNames(reader.entries()));
  const absl::string_view data = bytes.substr(kLengthBytes + header.size());
  MICA_RETURN_IF_ERROR(CheckPlaces(data.size(), &reader.entries()));
  SafetensorsFile file;
  file.metadata = std::move(reader.metadata());
  file.arrays.reserve(reader.entries().size());
  for (Entry& entry : reader.entries()) {
    entry.array.bytes = data.substr(entry.begin, entry.end - entry.begin);
    file.arrays.push_back(std::move(entry.array));
  }
  return file;
}

}  // namespace

absl::Status CheckSafetensorsStart(absl::string_view first_bytes, uint64_t file_bytes, absl::string_view source) {
  absl::Status status = HeaderLength(first_bytes, file_bytes).status();
  if (status.ok() && !BeginsHeader(first_bytes.substr(kLengthBytes))) status = NoHeaderError();
  return status.ok() ? status : WithMessage(status, absl::StrCat(source, ": ", status.message()));
}

absl::StatusOr<SafetensorsFile> DecodeSafetensors(absl::string_view bytes, absl::string_view source) {
  absl::StatusOr<SafetensorsFile> file = Decode(bytes);
  if (file.ok()) return file;
  return WithMessage(file.status(), absl::StrCat(source, ": ", file.status().message()));
}

}  // namespace mica
