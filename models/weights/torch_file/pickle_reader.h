// Reads a Python pickle, protocols 0 to 5, as data. Nothing is imported, called or made: a call
// becomes a value that says what would be called with what.
//   MICA_ASSIGN_OR_RETURN(const Pickle pickle, ReadPickle(bytes));
//   const PickleValue& root = pickle.root();
//   if (root.kind == PickleValue::Kind::kDict) … pickle.values[root.items[0]] …   // the first key
// It knows of PyTorch only which functions may be handed stored numbers; what tensors and state
// dicts are is told by torch_file_reader.h. Not for pickles with out-of-band buffers or registered
// extension codes.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_PICKLE_READER_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_PICKLE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mica {

// An index into Pickle::values. Values may be shared, and may hold themselves.
using ValueId = uint32_t;

struct PickleValue {
  enum class Kind : uint8_t {
    kNone,
    kBool,
    kInt,
    kLargeInt,  // beyond 64 bits
    kFloat,     // its value is not kept
    kText,
    kBytes,
    kTuple,
    kList,          // sets too
    kDict,          // dict, collections.OrderedDict and defaultdict
    kGlobal,        // the name of a function or class
    kPersistentId,  // stands for something outside of the pickle
    kCall,          // the result of a function or class, whatever that would be
  };
  Kind kind = Kind::kNone;
  bool holds_stored = false;  // a persistent id of numbers is in it
  uint16_t depth = 0;         // of what is nested in it
  int64_t number = 0;         // kBool, kInt
  absl::string_view text;     // kText, kBytes, the module of a kGlobal; the bytes of a kLargeInt
  absl::string_view name;     // kGlobal

  // kTuple, kList: what is in it. kDict: keys and values in turn. kPersistentId: the id.
  // kCall: the callee, a tuple of the arguments, the state if there is one.
  std::vector<ValueId> items;
};

struct Pickle {
  std::vector<PickleValue> values;  // texts point into the pickle's bytes
  ValueId root_id = 0;
  size_t bytes = 0;  // up to its end; a file may go on with another pickle

  const PickleValue& root() const { return values[root_id]; }
};

// Reads the pickle that `bytes` begin with. Returns a CheckpointError (exit code 4) for a pickle
// that is cut or damaged, that asks for a function which runs programs ("refused: pickle asks for
// posix.system"), or that hands tensors' numbers to a function unknown here. Memory: up to 200 bytes
// for each of at most 2^21 values, and at worst 32 times the pickle's size.
absl::StatusOr<Pickle> ReadPickle(absl::string_view bytes);

// "collections.OrderedDict" for a kGlobal, or for the class in the persistent id of a module; for
// messages, printable. "something unnamed" for other values.
std::string GlobalName(const Pickle& pickle, const PickleValue& value);

// Whether `value` is the global of this module and name.
bool IsGlobal(const PickleValue& value, absl::string_view module, absl::string_view name);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_PICKLE_READER_H_
