#include "models/weights/torch_file/torch_container.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/for_each_on_threads.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"
#include "models/weights/torch_file/little_endian.h"
#include "models/weights/torch_file/tar_members.h"
#include "models/weights/torch_file/torch_dtype.h"

namespace mica {
namespace {

using Kind = PickleValue::Kind;

constexpr char kObjectFile[] = "data.pkl";
constexpr size_t kMaxKeyBytes = 1000;  // of a storage; PyTorch writes a number
constexpr char kCopyAgain[] = "copy or download the file again";
constexpr absl::string_view kMagicNumber("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);  // of the stream format

absl::Status BigEndian() {
  return CheckpointError("its numbers are big-endian; load it in Python on the machine that wrote it and save it as safetensors");
}

const PickleValue* ItemAt(const Pickle& pickle, const PickleValue& value, size_t index) {
  return index < value.items.size() ? &pickle.values[value.items[index]] : nullptr;
}

// The value of a key in a dictionary; null if there is none.
const PickleValue* Lookup(const Pickle& pickle, const PickleValue& dict, absl::string_view key) {
  for (size_t i = 0; dict.kind == Kind::kDict && i + 1 < dict.items.size(); i += 2) {
    const PickleValue& found = pickle.values[dict.items[i]];
    if (found.kind == Kind::kText && found.text == key) return &pickle.values[dict.items[i + 1]];
  }
  return nullptr;
}

// Whether `count` values from `begin` on lie in a storage of so many.
bool IsInside(const PickleValue& begin, const PickleValue& count, uint64_t values) {
  if (begin.kind != Kind::kInt || count.kind != Kind::kInt || begin.number < 0 || count.number < 0) return false;
  const uint64_t first = begin.number;
  return first <= values && static_cast<uint64_t>(count.number) <= values - first;
}

// The folder of data.pkl, with a slash; empty if it lies at the top.
absl::StatusOr<absl::string_view> ObjectFolder(const std::vector<ZipEntry>& entries) {
  std::optional<absl::string_view> folder;
  for (const ZipEntry& entry : entries) {
    absl::string_view name = entry.name;
    if (!absl::ConsumeSuffix(&name, kObjectFile) || !(name.empty() || absl::EndsWith(name, "/"))) continue;
    if (folder.has_value())
      return CheckpointError(absl::StrCat("a zip archive with several files ", kObjectFile, "; unpack it and name one"));
    folder = name;
  }
  if (folder.has_value()) return *folder;
  return CheckpointError(
      absl::StrCat("a zip archive without ", kObjectFile, ", so torch.save did not write it; unpack it and name the file in it"));
}

bool IsScript(const std::vector<ZipEntry>& entries, absl::string_view folder) {
  return std::any_of(entries.begin(), entries.end(), [&](const ZipEntry& entry) {
    absl::string_view name = entry.name;
    return absl::ConsumePrefix(&name, folder) && (name == "constants.pkl" || absl::StartsWith(name, "code/"));
  });
}

constexpr char kMetadataPrefix[] = "mica.";  // experiments/export/model_metadata.h
constexpr uint64_t kMaxMetadataBytes = uint64_t{16} << 20;

absl::StatusOr<TorchContainer> OpenZip(absl::string_view file) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ZipEntry> entries, ListZip(file));
  MICA_ASSIGN_OR_RETURN(const absl::string_view folder, ObjectFolder(entries));
  if (IsScript(entries, folder)) {
    return CheckpointError(
        "a TorchScript archive (torch.jit.save, or torch::save of C++); in Python run "
        "torch.save(torch.jit.load(FILE, \"cpu\").state_dict(), NEW_FILE) and name the new file");
  }
  TorchContainer container;
  absl::string_view object;
  for (const ZipEntry& entry : entries) {
    absl::string_view name = entry.name;
    if (!absl::ConsumePrefix(&name, folder)) continue;
    if (name == kObjectFile) {
      MICA_ASSIGN_OR_RETURN(object, ZipContent(entry, &container.unpacked));
    } else if (name == "byteorder") {
      MICA_ASSIGN_OR_RETURN(const absl::string_view order, ZipContent(entry, &container.unpacked));
      if (order == "big") return BigEndian();
    } else if (absl::ConsumePrefix(&name, "extra/")) {
      if (!absl::StartsWith(name, kMetadataPrefix) || entry.size > kMaxMetadataBytes) continue;
      MICA_ASSIGN_OR_RETURN(const absl::string_view text, ZipContent(entry, &container.unpacked));
      container.metadata.emplace(name, text);
    } else if (absl::ConsumePrefix(&name, "data/")) {
      container.entries.emplace(name, entry);
    }
  }
  MICA_ASSIGN_OR_RETURN(container.pickle, ReadPickle(object));
  return container;
}

// Takes the pickle at the front off `rest`.
absl::StatusOr<Pickle> TakePickle(absl::string_view* rest) {
  MICA_ASSIGN_OR_RETURN(Pickle pickle, ReadPickle(*rest));
  rest->remove_prefix(pickle.bytes);
  return pickle;
}

absl::Status CheckSystem(const Pickle& system) {
  const PickleValue* const little = Lookup(system, system.root(), "little_endian");
  return little != nullptr && little->kind == Kind::kBool && little->number == 0 ? BigEndian() : absl::OkStatus();
}

// The size of a value in each storage that the pickle refers to.
absl::StatusOr<std::map<std::string, uint64_t, std::less<>>> StorageTypes(const Pickle& pickle) {
  std::map<std::string, uint64_t, std::less<>> types;
  for (const PickleValue& value : pickle.values) {
    if (value.kind != Kind::kPersistentId || !value.holds_stored) continue;
    MICA_ASSIGN_OR_RETURN(const StorageReference reference, ReadStorageReference(pickle, value));
    const auto [place, is_new] = types.emplace(reference.key, reference.dtype.bytes);
    if (is_new || place->second == reference.dtype.bytes) continue;
    return CheckpointError(absl::StrCat("storage \"", ShownName(reference.key), "\" has values of ", place->second, " and of ",
                                        reference.dtype.bytes, " bytes; the file is damaged"));
  }
  return types;
}

// Takes what `rest` begins with: how many values, and the values.
absl::StatusOr<absl::string_view> TakeStorage(absl::string_view key, uint64_t value_bytes, absl::string_view* rest) {
  constexpr size_t kCountBytes = 8;
  const uint64_t count = rest->size() < kCountBytes ? 0 : LittleU64(*rest, 0);
  const uint64_t available = rest->size() < kCountBytes ? 0 : rest->size() - kCountBytes;
  if (rest->size() < kCountBytes || count > available / value_bytes) {
    return CheckpointError(absl::StrCat("cut: storage \"", ShownName(key), "\" has ", count, " values of ", value_bytes,
                                        " bytes, there are ", available, " bytes; ", kCopyAgain));
  }
  const absl::string_view storage = rest->substr(kCountBytes, count * value_bytes);
  rest->remove_prefix(kCountBytes + storage.size());
  return storage;
}

// Behind the pickle: a list of keys, then their storages in this order.
absl::Status TakeStorages(absl::string_view rest, TorchContainer* container) {
  MICA_ASSIGN_OR_RETURN(const auto types, StorageTypes(container->pickle));
  MICA_ASSIGN_OR_RETURN(const Pickle keys, TakePickle(&rest));
  if (keys.root().kind != Kind::kList) return CheckpointError("the list of storages is no list; the file is damaged");
  for (const ValueId id : keys.root().items) {
    const PickleValue& key = keys.values[id];
    const auto type = key.kind == Kind::kText ? types.find(key.text) : types.end();
    if (type == types.end()) {
      return CheckpointError(absl::StrCat("storage \"", ShownName(key.text), "\" belongs to no tensor; the file is damaged"));
    }
    MICA_ASSIGN_OR_RETURN(const absl::string_view storage, TakeStorage(key.text, type->second, &rest));
    if (container->storages.emplace(key.text, storage).second) continue;
    return CheckpointError(absl::StrCat("storage \"", ShownName(key.text), "\" stands there twice; the file is damaged"));
  }
  return absl::OkStatus();
}

absl::StatusOr<TorchContainer> OpenStream(absl::string_view file) {
  absl::string_view rest = file;
  MICA_ASSIGN_OR_RETURN(const Pickle magic, TakePickle(&rest));
  if (magic.root().kind != Kind::kLargeInt || magic.root().text != kMagicNumber) {
    return CheckpointError(
        "a Python pickle that torch.save did not write; load it in Python and save a dictionary of tensors with torch.save");
  }
  MICA_RETURN_IF_ERROR(TakePickle(&rest).status());  // the protocol's version, 1001 always
  MICA_ASSIGN_OR_RETURN(const Pickle system, TakePickle(&rest));
  MICA_RETURN_IF_ERROR(CheckSystem(system));
  TorchContainer container;
  MICA_ASSIGN_OR_RETURN(container.pickle, TakePickle(&rest));
  MICA_RETURN_IF_ERROR(TakeStorages(rest, &container));
  return container;
}

// A key of the tar format: an address, as a number or as text.
absl::StatusOr<std::string> TarKey(const PickleValue* value) {
  if (value != nullptr && value->kind == Kind::kInt) return absl::StrCat(value->number);
  if (value != nullptr && (value->kind == Kind::kText || value->kind == Kind::kLargeInt)) return std::string(value->text);
  return CheckpointError("a storage or tensor has no key; the file is damaged");
}

absl::StatusOr<int64_t> TakeCount(absl::string_view* rest) {
  MICA_ASSIGN_OR_RETURN(const Pickle count, TakePickle(rest));
  if (count.root().kind == Kind::kInt && count.root().number >= 0) return count.root().number;
  return CheckpointError("the number of its storages or tensors is no number; the file is damaged");
}

struct TarStorage {
  absl::string_view bytes;
  TorchDtype dtype;
};
using TarStorages = std::map<std::string, TarStorage, std::less<>>;

// A pickle of storages that are parts of others: (key, key of the whole, offset, count).
absl::Status AddTarViews(absl::string_view rest, TarStorages* storages) {
  MICA_ASSIGN_OR_RETURN(const Pickle views, TakePickle(&rest));
  for (const ValueId id : views.root().items) {
    const PickleValue& view = views.values[id];
    MICA_ASSIGN_OR_RETURN(const std::string key, TarKey(ItemAt(views, view, 0)));
    MICA_ASSIGN_OR_RETURN(const std::string whole_key, TarKey(ItemAt(views, view, 1)));
    const auto whole = storages->find(whole_key);
    const PickleValue* const begin = ItemAt(views, view, 2);
    const PickleValue* const count = ItemAt(views, view, 3);
    const uint64_t values = whole == storages->end() ? 0 : whole->second.bytes.size() / whole->second.dtype.bytes;
    if (whole == storages->end() || count == nullptr || !IsInside(*begin, *count, values)) {
      return CheckpointError(absl::StrCat("storage \"", ShownName(key), "\" is no part of another; the file is damaged"));
    }
    const TorchDtype dtype = whole->second.dtype;
    (*storages)[key] = {whole->second.bytes.substr(begin->number * dtype.bytes, count->number * dtype.bytes), dtype};
  }
  return absl::OkStatus();
}

// A count; for each storage a pickle of (key, device, class) and the values; at last the parts.
absl::StatusOr<TarStorages> ReadTarStorages(absl::string_view rest) {
  TarStorages storages;
  MICA_ASSIGN_OR_RETURN(int64_t left, TakeCount(&rest));
  for (; left > 0; --left) {  // ends early with the member's bytes
    MICA_ASSIGN_OR_RETURN(const Pickle head, TakePickle(&rest));
    MICA_ASSIGN_OR_RETURN(const std::string key, TarKey(ItemAt(head, head.root(), 0)));
    const PickleValue* const type = ItemAt(head, head.root(), 2);
    const std::optional<TorchDtype> dtype = type != nullptr && type->kind == Kind::kGlobal ? FindStorageType(type->name) : std::nullopt;
    if (!dtype.has_value()) return CheckpointError(absl::StrCat("storage \"", ShownName(key), "\" is of no type that is read"));
    MICA_ASSIGN_OR_RETURN(const absl::string_view bytes, TakeStorage(key, dtype->bytes, &rest));
    storages[key] = {bytes, *dtype};
  }
  MICA_RETURN_IF_ERROR(AddTarViews(rest, &storages));
  return storages;
}

// Takes `size` bytes off `rest`.
absl::StatusOr<absl::string_view> TakeBytes(uint64_t size, absl::string_view* rest) {
  if (size > rest->size()) return CheckpointError(absl::StrCat("cut inside its tensors; ", kCopyAgain));
  const absl::string_view taken = rest->substr(0, size);
  rest->remove_prefix(size);
  return taken;
}

// The rank in 8 bytes, sizes, strides and the offset.
absl::Status TakeTarLayout(absl::string_view* rest, StridedArray* array) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view rank_bytes, TakeBytes(8, rest));
  const uint64_t rank = LittleU32(rank_bytes, 0);
  MICA_ASSIGN_OR_RETURN(const absl::string_view numbers, TakeBytes(8 * (2 * rank + 1), rest));
  const auto number = [&](uint64_t index) { return static_cast<int64_t>(LittleU64(numbers, 8 * index)); };
  for (uint64_t i = 0; i < rank; ++i) {
    array->shape.push_back(number(i));
    array->strides.push_back(number(rank + i));
  }
  array->offset = number(2 * rank);
  return absl::OkStatus();
}

// A count; for each tensor a pickle of (key, key of its storage, class) and its layout.
absl::Status ReadTarTensors(absl::string_view rest, const TarStorages& storages, TorchContainer* container) {
  MICA_ASSIGN_OR_RETURN(int64_t left, TakeCount(&rest));
  for (; left > 0; --left) {
    MICA_ASSIGN_OR_RETURN(const Pickle head, TakePickle(&rest));
    MICA_ASSIGN_OR_RETURN(const std::string key, TarKey(ItemAt(head, head.root(), 0)));
    MICA_ASSIGN_OR_RETURN(const std::string storage_key, TarKey(ItemAt(head, head.root(), 1)));
    StridedArray array;
    MICA_RETURN_IF_ERROR(TakeTarLayout(&rest, &array));
    const auto storage = storages.find(storage_key);
    if (storage == storages.end()) {
      return CheckpointError(absl::StrCat("there is no storage \"", ShownName(storage_key), "\"; the file is damaged"));
    }
    array.storage = storage->second.bytes;
    array.dtype = storage->second.dtype;
    container->tensors[key] = std::move(array);
  }
  return absl::OkStatus();
}

absl::StatusOr<TorchContainer> OpenTar(absl::string_view file) {
  MICA_ASSIGN_OR_RETURN(const TarMembers members, ListTar(file));
  for (const char* const needed : {"storages", "tensors", "pickle"}) {
    if (members.find(needed) != members.end()) continue;
    return CheckpointError(
        absl::StrCat("a tar archive without a member \"", needed, "\", so torch.save did not write it; unpack it and name the file in it"));
  }
  if (const auto info = members.find("sys_info"); info != members.end()) {
    MICA_ASSIGN_OR_RETURN(const Pickle system, ReadPickle(info->second));
    MICA_RETURN_IF_ERROR(CheckSystem(system));
  }
  TorchContainer container;
  MICA_ASSIGN_OR_RETURN(const TarStorages storages, ReadTarStorages(members.at("storages")));
  MICA_RETURN_IF_ERROR(ReadTarTensors(members.at("tensors"), storages, &container));
  MICA_ASSIGN_OR_RETURN(container.pickle, ReadPickle(members.at("pickle")));
  return container;
}

bool BeginsZip(absl::string_view bytes) {
  return absl::StartsWith(bytes, "PK\x03\x04") || absl::StartsWith(bytes, "PK\x05\x06");
}

bool BeginsPickle(absl::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

}  // namespace

absl::StatusOr<absl::string_view> TorchContainer::Storage(absl::string_view key) {
  if (const auto known = storages.find(key); known != storages.end()) return known->second;
  const auto entry = entries.find(key);
  if (entry == entries.end()) return CheckpointError(absl::StrCat("there is no storage \"", ShownName(key), "\"; the file is damaged"));
  MICA_ASSIGN_OR_RETURN(const absl::string_view content, UnpackZipEntry(entry->second, &unpacked));
  storages.emplace(key, content);
  unchecked.emplace_back(entry->second, content);
  return content;
}

absl::Status TorchContainer::CheckStorages() const {
  uint64_t bytes = 0;
  for (const auto& [entry, content] : unchecked) bytes += content.size();
  std::vector<absl::Status> statuses(unchecked.size());
  ForEachOnThreads(unchecked.size(), ThreadsFor(bytes),
                   [&](size_t i) { statuses[i] = CheckZipContent(unchecked[i].first, unchecked[i].second); });
  for (const absl::Status& status : statuses) MICA_RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::StatusOr<StorageReference> ReadStorageReference(const Pickle& pickle, const PickleValue& persistent_id) {
  const PickleValue& id = pickle.values[persistent_id.items[0]];
  const PickleValue* const tag = ItemAt(pickle, id, 0);
  const PickleValue* const type = ItemAt(pickle, id, 1);
  const PickleValue* const key = ItemAt(pickle, id, 2);
  const PickleValue* const count = ItemAt(pickle, id, 4);
  const bool is_sound = id.kind == Kind::kTuple && count != nullptr && tag->text == "storage" && type->kind == Kind::kGlobal &&
                        key->kind == Kind::kText && key->text.size() <= kMaxKeyBytes && count->kind == Kind::kInt && count->number >= 0;
  if (!is_sound) return CheckpointError("a persistent id is none of a storage; the file is damaged");
  const std::optional<TorchDtype> dtype = FindStorageType(type->name);
  if (!dtype.has_value()) {
    return CheckpointError(
        absl::StrCat("values of ", GlobalName(pickle, *type), " are not read; convert the tensor to float32 and save it again"));
  }
  StorageReference reference = {std::string(key->text), *dtype, count->number, 0, count->number};
  const PickleValue* const view = ItemAt(pickle, id, 5);
  if (view == nullptr || view->kind == Kind::kNone) return reference;
  const PickleValue* const begin = ItemAt(pickle, *view, 1);
  const PickleValue* const size = ItemAt(pickle, *view, 2);
  if (size == nullptr || !IsInside(*begin, *size, reference.values)) {
    return CheckpointError(absl::StrCat("a part of storage \"", ShownName(key->text), "\" lies outside of it; the file is damaged"));
  }
  reference.view_begin = begin->number;
  reference.view_values = size->number;
  return reference;
}

bool BeginsTorchContainer(absl::string_view first_bytes) {
  return BeginsZip(first_bytes) || BeginsPickle(first_bytes) || BeginsTar(first_bytes);
}

absl::StatusOr<TorchContainer> OpenTorchContainer(absl::string_view file) {
  if (BeginsZip(file)) return OpenZip(file);
  if (BeginsTar(file)) return OpenTar(file);
  if (BeginsPickle(file)) return OpenStream(file);
  return CheckpointError("begins like no file of torch.save; name another file");
}

}  // namespace mica
