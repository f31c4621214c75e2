#include "models/weights/torch_file/rebuilt_tensor.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"
#include "models/weights/torch_file/pickle_globals.h"
#include "models/weights/torch_file/torch_dtype.h"

namespace mica {
namespace {

using Kind = PickleValue::Kind;

constexpr int kMaxWrappers = 8;  // a parameter of a subclass of a tensor has two

absl::Status Damaged(absl::string_view text) {
  return CheckpointError(absl::StrCat(text, "; the file is damaged"));
}

// A function and its arguments.
struct Call {
  const PickleValue* function = nullptr;
  const PickleValue* arguments = nullptr;

  const PickleValue* At(const Pickle& pickle, size_t index) const {
    return index < arguments->items.size() ? &pickle.values[arguments->items[index]] : nullptr;
  }
};

std::optional<Call> CallIn(const Pickle& pickle, const PickleValue& value) {
  if (value.kind != Kind::kCall) return std::nullopt;
  return Call{&pickle.values[value.items[0]], &pickle.values[value.items[1]]};
}

// What a call wraps: a parameter its tensor, a tensor of a subclass the call that makes it. nullopt
// if it wraps nothing.
absl::StatusOr<std::optional<Call>> Unwrapped(const Pickle& pickle, const Call& call) {
  const PickleValue* const inner = call.At(pickle, 0);
  if (IsGlobal(*call.function, "torch._utils", "_rebuild_parameter") ||
      IsGlobal(*call.function, "torch._utils", "_rebuild_parameter_with_state")) {
    const std::optional<Call> wrapped = inner == nullptr ? std::nullopt : CallIn(pickle, *inner);
    if (!wrapped.has_value()) return Damaged("a parameter of what is no tensor");
    return wrapped;
  }
  if (!IsGlobal(*call.function, "torch._tensor", "_rebuild_from_type_v2")) return std::nullopt;
  const PickleValue* const arguments = call.At(pickle, 2);
  if (arguments == nullptr || inner->kind != Kind::kGlobal || arguments->kind != Kind::kTuple)
    return Damaged("a tensor of a class without its call");
  return Call{inner, arguments};
}

absl::Status KindError(const Pickle& pickle, const PickleValue& function) {
  const std::string name = GlobalName(pickle, function);
  if (absl::StrContains(name, "sparse"))
    return CheckpointError(absl::StrCat("a sparse tensor (", name, ") is not read; save it as .to_dense()"));
  if (absl::StrContains(name, "qtensor")) {
    return CheckpointError(absl::StrCat("a quantised tensor (", name, ") is not read; save it as .dequantize()"));
  }
  if (absl::StrContains(name, "nested")) {
    return CheckpointError(absl::StrCat("a nested tensor (", name, ") is not read; save it as .to_padded_tensor(0)"));
  }
  return CheckpointError(absl::StrCat("made by ", name, ", which is not read; save a plain tensor"));
}

// Sizes or strides: a tuple of whole numbers, or a torch.Size of one.
absl::StatusOr<std::vector<int64_t>> Numbers(const Pickle& pickle, const PickleValue* value) {
  const std::optional<Call> call = value == nullptr ? std::nullopt : CallIn(pickle, *value);
  if (call.has_value() && IsGlobal(*call->function, "torch", "Size")) value = call->At(pickle, 0);
  if (value == nullptr || (value->kind != Kind::kTuple && value->kind != Kind::kList)) return Damaged("its sizes or strides are no tuple");
  constexpr size_t kMaxNumbers = 64;  // LibTorch's limit of dimensions
  if (value->items.size() > kMaxNumbers)
    return Damaged(absl::StrCat(value->items.size(), " dimensions, at most ", kMaxNumbers, " are read"));
  std::vector<int64_t> numbers;
  for (const ValueId id : value->items) {
    if (pickle.values[id].kind != Kind::kInt) return Damaged("its sizes or strides are no whole numbers below 2^63");
    numbers.push_back(pickle.values[id].number);
  }
  return numbers;
}

// The part of a storage that `persistent_id` means, and the type of its values.
absl::StatusOr<StridedArray> StorageOf(const PickleValue* persistent_id, TorchContainer* container) {
  const Pickle& pickle = container->pickle;
  if (persistent_id == nullptr || persistent_id->kind != Kind::kPersistentId) {
    const std::optional<Call> maker = persistent_id == nullptr ? std::nullopt : CallIn(pickle, *persistent_id);
    return CheckpointError(absl::StrCat("its storage is ",
                                        maker.has_value() ? absl::StrCat("made by ", GlobalName(pickle, *maker->function)) : "none",
                                        ", expected one beside the pickle; save it with torch.save, not with pickle"));
  }
  MICA_ASSIGN_OR_RETURN(const StorageReference reference, ReadStorageReference(pickle, *persistent_id));
  MICA_ASSIGN_OR_RETURN(const absl::string_view bytes, container->Storage(reference.key));
  const uint64_t value_bytes = reference.dtype.bytes;
  if (bytes.size() % value_bytes != 0 || bytes.size() / value_bytes != static_cast<uint64_t>(reference.values)) {
    return Damaged(absl::StrCat("storage \"", ShownName(reference.key), "\" has ", bytes.size(), " bytes, expected ", reference.values,
                                " values of ", value_bytes));
  }
  StridedArray array;
  array.dtype = reference.dtype;
  array.storage = bytes.substr(reference.view_begin * value_bytes, reference.view_values * value_bytes);
  return array;
}

// (storage, offset, sizes, strides, …); the third version names the type of the values too.
absl::StatusOr<StridedArray> ReadDense(const Call& call, TorchContainer* container) {
  const Pickle& pickle = container->pickle;
  const PickleValue* const offset = call.At(pickle, 1);
  MICA_ASSIGN_OR_RETURN(StridedArray array, StorageOf(call.At(pickle, 0), container));
  if (offset == nullptr || offset->kind != Kind::kInt) return Damaged("its offset is no whole number");
  array.offset = offset->number;
  MICA_ASSIGN_OR_RETURN(array.shape, Numbers(pickle, call.At(pickle, 2)));
  MICA_ASSIGN_OR_RETURN(array.strides, Numbers(pickle, call.At(pickle, 3)));
  if (!IsGlobal(*call.function, "torch._utils", "_rebuild_tensor_v3")) return array;
  const PickleValue* const dtype = call.At(pickle, 6);
  const std::optional<TorchDtype> known = dtype != nullptr && dtype->kind == Kind::kGlobal ? FindTorchDtype(dtype->name) : std::nullopt;
  if (!known.has_value()) {
    return CheckpointError(absl::StrCat("values of ", dtype == nullptr ? "no type" : GlobalName(pickle, *dtype),
                                        " are not read; convert it to float32 and save it again"));
  }
  array.dtype = *known;
  return array;
}

}  // namespace

bool IsTensor(const TorchContainer& container, const PickleValue& value) {
  if (value.kind == Kind::kPersistentId && !container.tensors.empty()) return true;
  const std::optional<Call> call = CallIn(container.pickle, value);
  return call.has_value() && call->function->kind == Kind::kGlobal &&
         JudgeGlobal(call->function->text, call->function->name) == GlobalMeaning::kTensorMaker;
}

absl::StatusOr<StridedArray> RebuildTensor(const PickleValue& value, TorchContainer* container) {
  const Pickle& pickle = container->pickle;
  if (value.kind == Kind::kPersistentId) {
    const PickleValue& id = pickle.values[value.items[0]];
    const auto found = container->tensors.find(id.kind == Kind::kInt ? absl::StrCat(id.number) : std::string(id.text));
    if (found == container->tensors.end()) return Damaged(absl::StrCat("there is no tensor \"", ShownName(id.text), "\""));
    return found->second;
  }
  std::optional<Call> call = CallIn(pickle, value);
  for (int i = 0; call.has_value() && i < kMaxWrappers; ++i) {
    MICA_ASSIGN_OR_RETURN(const std::optional<Call> inner, Unwrapped(pickle, *call));
    if (inner.has_value()) {
      call = inner;
      continue;
    }
    for (const char* const dense : {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"}) {
      if (IsGlobal(*call->function, "torch._utils", dense)) return ReadDense(*call, container);
    }
    return KindError(pickle, *call->function);
  }
  return Damaged("a tensor is wrapped too often");
}

}  // namespace mica
