#include "models/weights/torch_file/torch_dtype.h"

namespace mica {
namespace {

struct Row {
  absl::string_view storage;  // empty: no storage class has this type
  absl::string_view dtype;
  TorchDtype type;
};

constexpr Row kRows[] = {
    {"FloatStorage", "float32", {"F32", 4}},
    {"DoubleStorage", "float64", {"F64", 8}},
    {"HalfStorage", "float16", {"F16", 2}},
    {"BFloat16Storage", "bfloat16", {"BF16", 2}},
    {"LongStorage", "int64", {"I64", 8}},
    {"IntStorage", "int32", {"I32", 4}},
    {"ShortStorage", "int16", {"I16", 2}},
    {"CharStorage", "int8", {"I8", 1}},
    {"ByteStorage", "uint8", {"U8", 1}},
    {"BoolStorage", "bool", {"BOOL", 1}},
    {"UntypedStorage", "", {"U8", 1}},
    {"_UntypedStorage", "", {"U8", 1}},
    {"", "uint16", {"U16", 2}},
    {"", "uint32", {"U32", 4}},
    {"", "uint64", {"U64", 8}},
    {"", "float8_e5m2", {"F8_E5M2", 1}},
    {"", "float8_e4m3fn", {"F8_E4M3", 1}},
};

std::optional<TorchDtype> Find(absl::string_view Row::*column, absl::string_view name) {
  for (const Row& row : kRows) {
    if (!name.empty() && row.*column == name) return row.type;
  }
  return std::nullopt;
}

}  // namespace

std::optional<TorchDtype> FindStorageType(absl::string_view class_name) {
  return Find(&Row::storage, class_name);
}

std::optional<TorchDtype> FindTorchDtype(absl::string_view name) {
  return Find(&Row::dtype, name);
}

}  // namespace mica
