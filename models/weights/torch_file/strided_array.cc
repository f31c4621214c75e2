#include "models/weights/torch_file/strided_array.h"

#include <algorithm>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr size_t kMaxRank = 64;  // LibTorch's limit

absl::Status Problem(const std::string& name, absl::string_view text) {
  return CheckpointError(absl::StrCat("tensor \"", ShownName(name), "\": ", text));
}

std::string Layout(const StridedArray& array) {
  return absl::StrCat("shape [", absl::StrJoin(array.shape, ","), "] of ", array.dtype.name, " with strides [",
                      absl::StrJoin(array.strides, ","), "] from value ", array.offset);
}

bool IsEmpty(const StridedArray& array) {
  return std::find(array.shape.begin(), array.shape.end(), 0) != array.shape.end();
}

absl::Status CheckNumbers(const std::string& name, const StridedArray& array) {
  if (array.shape.size() > kMaxRank) return Problem(name, absl::StrCat(array.shape.size(), " dimensions; at most ", kMaxRank, " are read"));
  if (array.shape.size() != array.strides.size()) {
    return Problem(name, absl::StrCat(array.shape.size(), " dimensions, but ", array.strides.size(), " strides; the file is damaged"));
  }
  const auto is_negative = [](int64_t number) { return number < 0; };
  const bool bad = array.offset < 0 || std::any_of(array.shape.begin(), array.shape.end(), is_negative) ||
                   std::any_of(array.strides.begin(), array.strides.end(), is_negative);
  return bad ? Problem(name, absl::StrCat(Layout(array), " has a negative number; the file is damaged")) : absl::OkStatus();
}

// Whether the last value lies in the storage, and with it all others.
absl::Status CheckInside(const std::string& name, const StridedArray& array) {
  if (IsEmpty(array)) return absl::OkStatus();
  const int64_t values = static_cast<int64_t>(array.storage.size() / array.dtype.bytes);
  int64_t last = array.offset;
  bool fits = true;
  for (size_t i = 0; i < array.shape.size(); ++i) {
    int64_t reach = 0;
    fits &= !__builtin_mul_overflow(array.shape[i] - 1, array.strides[i], &reach) && !__builtin_add_overflow(last, reach, &last);
  }
  if (fits && last < values) return absl::OkStatus();
  return Problem(name, absl::StrCat(Layout(array), " reaches past its ", values, " stored values; the file is cut or damaged"));
}

// Row-major strides; those of dimensions of one value do not matter.
bool IsContiguous(const StridedArray& array) {
  int64_t expected = 1;
  for (size_t i = array.shape.size(); i-- > 0;) {
    if (array.shape[i] != 1 && array.strides[i] != expected) return false;
    expected *= array.shape[i];  // inside the storage, so no overflow
  }
  return true;
}

// Copies the values of one innermost row.
template <size_t kBytes>
void CopyRow(const char* from, int64_t stride, int64_t count, char* to) {
  for (int64_t i = 0; i < count; ++i) std::memcpy(to + i * kBytes, from + i * stride * static_cast<int64_t>(kBytes), kBytes);
}

using RowCopier = void (*)(const char*, int64_t, int64_t, char*);

RowCopier RowCopierOf(uint64_t bytes) {
  return bytes == 1 ? CopyRow<1> : bytes == 2 ? CopyRow<2> : bytes == 4 ? CopyRow<4> : CopyRow<8>;
}

// Moves the index on to the next row, the last dimension but one first, and `value` with it.
void NextRow(const StridedArray& array, std::vector<int64_t>* index, int64_t* value) {
  for (size_t i = array.shape.size() - 1; i-- > 0;) {
    *value += array.strides[i];
    if (++(*index)[i] < array.shape[i]) return;
    *value -= array.strides[i] * array.shape[i];
    (*index)[i] = 0;
  }
}

// `to` holds all values; there is at least one, and one dimension.
void Gather(const StridedArray& array, std::string* to) {
  const RowCopier copy_row = RowCopierOf(array.dtype.bytes);
  const int64_t row = array.shape.back();
  const uint64_t row_bytes = row * array.dtype.bytes;
  std::vector<int64_t> index(array.shape.size(), 0);
  int64_t value = array.offset;
  for (uint64_t done = 0; done < to->size(); done += row_bytes) {
    copy_row(array.storage.data() + value * array.dtype.bytes, array.strides.back(), row, to->data() + done);
    NextRow(array, &index, &value);
  }
}

}  // namespace

absl::StatusOr<ArrayView> ArrayGatherer::View(const std::string& name, const StridedArray& array) {
  MICA_RETURN_IF_ERROR(CheckNumbers(name, array));
  MICA_RETURN_IF_ERROR(CheckInside(name, array));
  uint64_t bytes = array.dtype.bytes;  // without dimensions of 0, so that no reader's product overflows
  bool fits = true;
  for (const int64_t size : array.shape) fits &= !__builtin_mul_overflow(bytes, static_cast<uint64_t>(std::max(size, int64_t{1})), &bytes);
  ArrayView view = {name, array.dtype.name, array.shape, {}};
  if (fits && IsEmpty(array)) return view;
  if (fits && bytes <= array.storage.size() && IsContiguous(array)) {
    view.bytes = array.storage.substr(array.offset * array.dtype.bytes, bytes);
    return view;
  }
  if (!fits || bytes > bytes_left_) {
    return Problem(name, absl::StrCat(Layout(array), " repeats or shares values of a storage of ", array.storage.size(),
                                      " bytes; all copies together may take ", max_bytes_, " bytes; save it with .contiguous()"));
  }
  bytes_left_ -= bytes;
  std::string& copy = copies_.emplace_back(bytes, '\0');
  Gather(array, &copy);
  view.bytes = copy;
  return view;
}

}  // namespace mica
