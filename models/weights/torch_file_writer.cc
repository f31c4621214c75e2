#include "models/weights/torch_file_writer.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "models/weights/stored_zip_writer.h"

namespace mica {
namespace {

constexpr int kAlignment = 64;  // of values in the file, in bytes

struct Storage {
  absl::string_view dtype;  // as ArrayView has it
  absl::string_view type;   // PyTorch's class of such values
  int64_t bytes_per_value;
};

const Storage& StorageOf(const ArrayView& array) {
  static constexpr Storage kStorages[] = {
      {"F32", "FloatStorage", 4}, {"F64", "DoubleStorage", 8}, {"F16", "HalfStorage", 2},  {"BF16", "BFloat16Storage", 2},
      {"I64", "LongStorage", 8},  {"I32", "IntStorage", 4},    {"I16", "ShortStorage", 2}, {"I8", "CharStorage", 1},
      {"U8", "ByteStorage", 1},   {"BOOL", "BoolStorage", 1},
  };
  const auto* const storage =
      std::find_if(std::begin(kStorages), std::end(kStorages), [&](const Storage& known) { return known.dtype == array.dtype; });
  CHECK(storage != std::end(kStorages)) << array.name << " is " << array.dtype;
  return *storage;
}

// Writes the pickle, protocol 2: opcodes of Python's pickletools, each with its operand.
class Pickle {
 public:
  Pickle() : text_("\x80\x02") {}

  void Mark() { text_ += '('; }
  void EmptyTuple() { text_ += ')'; }
  void TupleFromMark() { text_ += 't'; }
  void False() { text_ += '\x89'; }
  void Reduce() { text_ += 'R'; }  // calls what lies below a tuple with the tuple
  void LoadPersistent() { text_ += 'Q'; }
  void SetItemsFromMark() { text_ += 'u'; }
  void Global(absl::string_view module, absl::string_view name) { absl::StrAppend(&text_, "c", module, "\n", name, "\n"); }

  void Text(absl::string_view text) { absl::StrAppend(&text_, "X", Bytes(static_cast<int64_t>(text.size()), 4), text); }

  void Integer(int64_t value) {
    if (value >= 0 && value <= std::numeric_limits<uint8_t>::max()) {
      absl::StrAppend(&text_, "K", Bytes(value, 1));
    } else if (value >= 0 && value <= std::numeric_limits<int32_t>::max()) {
      absl::StrAppend(&text_, "J", Bytes(value, 4));
    } else {
      absl::StrAppend(&text_, "\x8a\x08", Bytes(value, 8));
    }
  }

  void Integers(const std::vector<int64_t>& values) {
    if (values.empty()) return EmptyTuple();
    Mark();
    for (const int64_t value : values) Integer(value);
    TupleFromMark();
  }

  std::string Finish() && {
    text_ += '.';
    return std::move(text_);
  }

 private:
  static std::string Bytes(int64_t value, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
    return bytes;
  }

  std::string text_;
};

int64_t ValuesOf(const ArrayView& array) {
  int64_t values = 1;
  for (const int64_t size : array.shape) values *= size;
  return values;
}

// Values from one index to the next, of each dimension.
std::vector<int64_t> StridesOf(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= std::max<int64_t>(shape[i], 1);
  }
  return strides;
}

void AddEmptyDict(Pickle* pickle) {
  pickle->Global("collections", "OrderedDict");
  pickle->EmptyTuple();
  pickle->Reduce();
}

// _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, backward_hooks), where the
// storage is ("storage", type, key, device, values).
void AddTensor(const ArrayView& array, size_t key, Pickle* pickle) {
  pickle->Global("torch._utils", "_rebuild_tensor_v2");
  pickle->Mark();
  pickle->Mark();
  pickle->Text("storage");
  pickle->Global("torch", StorageOf(array).type);
  pickle->Text(absl::StrCat(key));
  pickle->Text("cpu");
  pickle->Integer(ValuesOf(array));
  pickle->TupleFromMark();
  pickle->LoadPersistent();
  pickle->Integer(0);
  pickle->Integers(array.shape);
  pickle->Integers(StridesOf(array.shape));
  pickle->False();
  AddEmptyDict(pickle);
  pickle->TupleFromMark();
  pickle->Reduce();
}

std::string PickleOf(const std::vector<ArrayView>& arrays) {
  Pickle pickle;
  AddEmptyDict(&pickle);
  pickle.Mark();
  for (size_t i = 0; i < arrays.size(); ++i) {
    pickle.Text(arrays[i].name);
    AddTensor(arrays[i], i, &pickle);
  }
  pickle.SetItemsFromMark();
  return std::move(pickle).Finish();
}

// 40 digits, as PyTorch gives a file so that two of the same content have the same.
std::string SerializationId(const std::string& pickle, const std::vector<uint32_t>& checksums) {
  constexpr uint64_t kFnvOffset = 14695981039346656037u, kFnvPrime = 1099511628211u;
  uint64_t names = kFnvOffset, values = kFnvOffset;
  for (const char byte : pickle) names = (names ^ static_cast<uint8_t>(byte)) * kFnvPrime;
  for (const uint32_t checksum : checksums) values = (values ^ checksum) * kFnvPrime;
  return absl::StrFormat("%020u%020u", names, values);
}

size_t EstimatedBytes(const std::vector<ArrayView>& arrays, size_t pickle_bytes) {
  constexpr size_t kAroundRecord = 256, kOtherRecords = 4096;
  size_t bytes = pickle_bytes + kOtherRecords;
  for (const ArrayView& array : arrays) bytes += array.bytes.size() + kAroundRecord;
  return bytes;
}

}  // namespace

std::string EncodeTorchFile(const std::vector<ArrayView>& arrays, const std::map<std::string, std::string>& extra_files) {
  for (const ArrayView& array : arrays) {
    CHECK_EQ(static_cast<int64_t>(array.bytes.size()), ValuesOf(array) * StorageOf(array).bytes_per_value) << array.name;
  }
  const std::string pickle = PickleOf(arrays);
  StoredZipWriter zip(kAlignment);
  zip.Reserve(EstimatedBytes(arrays, pickle.size()));
  zip.Add("archive/data.pkl", pickle);
  zip.Add("archive/.format_version", "1");
  zip.Add("archive/.storage_alignment", absl::StrCat(kAlignment));
  zip.Add("archive/byteorder", "little");
  for (size_t i = 0; i < arrays.size(); ++i) zip.Add(absl::StrCat("archive/data/", i), arrays[i].bytes);
  for (const auto& [name, text] : extra_files) zip.Add(absl::StrCat("archive/extra/", name), text);
  zip.Add("archive/version", "3\n");
  zip.Add("archive/.data/serialization_id", SerializationId(pickle, zip.Checksums()));
  return std::move(zip).Finish();
}

}  // namespace mica
