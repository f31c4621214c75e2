#include "models/weights/torch_file/pickle_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "models/weights/array_view.h"
#include "models/weights/torch_file/little_endian.h"
#include "models/weights/torch_file/pickle_globals.h"

namespace mica {
namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMaxValues = size_t{1} << 21;
constexpr int kMaxDepth = 1000;
constexpr uint64_t kMaxProtocol = 5;

// Values that cannot change, so one of each will do.
constexpr ValueId kNoneId = 0;
constexpr ValueId kFalseId = 1;
constexpr ValueId kTrueId = 2;
constexpr ValueId kEmptyTupleId = 3;

class Machine {
 public:
  explicit Machine(absl::string_view bytes);
  absl::StatusOr<Pickle> Run();

 private:
  // What an opcode does. `number` is the size of its argument or of the count in front of it, an
  // id, or how many values it takes, as the table of opcodes says.
  using Action = absl::Status (Machine::*)(int number);
  struct Opcode {
    char code;
    const char* name;
    Action action;
    int number;
  };
  static const std::array<Opcode, 63> kOpcodes;

  absl::Status Step(uint8_t code);
  absl::Status Problem(absl::string_view text) const;

  // Arguments that follow an opcode.
  absl::StatusOr<absl::string_view> Take(uint64_t size);
  absl::StatusOr<uint64_t> TakeNumber(int size);
  absl::StatusOr<absl::string_view> TakeCounted(int count_size);
  absl::StatusOr<absl::string_view> TakeLine();
  absl::StatusOr<uint64_t> TakeDecimal();

  // The stack. What lies below the last mark is out of reach, as for Python.
  absl::StatusOr<ValueId> Pop();
  absl::StatusOr<ValueId> Top() const;
  absl::StatusOr<std::vector<ValueId>> PopMarked();
  absl::StatusOr<std::vector<ValueId>> PopSome(int count);
  absl::Status Push(PickleValue value);
  absl::Status PushId(ValueId id);
  absl::Status PushItems(Kind kind, std::vector<ValueId> items);
  absl::Status PushText(Kind kind, absl::string_view text);
  absl::Status PushInteger(absl::string_view little_endian);
  absl::Status Add(ValueId container, const std::vector<ValueId>& items);
  absl::Status AddToCollection(const std::vector<ValueId>& items);
  absl::Status AddToDict(const std::vector<ValueId>& items);
  absl::Status Keep(uint64_t index);
  absl::Status Recall(uint64_t index);

  absl::Status PushGlobal(absl::string_view module, absl::string_view name);
  absl::Status PushCall(ValueId callee, ValueId arguments);
  absl::Status PushDict(ValueId arguments);
  GlobalMeaning MeaningOf(ValueId callee) const;

  absl::Status Protocol(int size);
  absl::Status Frame(int size);
  absl::Status Stop(int);
  absl::Status Mark(int);
  absl::Status PopOne(int);
  absl::Status PopMark(int);
  absl::Status Duplicate(int);
  absl::Status Constant(int id);
  absl::Status IntegerLine(int);
  absl::Status SignedInteger(int size);
  absl::Status UnsignedInteger(int size);
  absl::Status CountedInteger(int count_size);
  absl::Status FloatLine(int);
  absl::Status Float(int size);
  absl::Status QuotedLine(int);
  absl::Status UnicodeLine(int);
  absl::Status Text(int count_size);
  absl::Status Bytes(int count_size);
  absl::Status Tuple(int count);
  absl::Status MarkedTuple(int);
  absl::Status EmptyList(int);
  absl::Status MarkedList(int);
  absl::Status EmptyDict(int);
  absl::Status MarkedDict(int);
  absl::Status Append(int count);
  absl::Status MarkedAppend(int);
  absl::Status SetItem(int count);
  absl::Status MarkedSetItems(int);
  absl::Status GlobalLines(int);
  absl::Status GlobalFromStack(int count);
  absl::Status PutLine(int);
  absl::Status Put(int size);
  absl::Status Memoize(int);
  absl::Status GetLine(int);
  absl::Status Get(int size);
  absl::Status PersistentIdLine(int);
  absl::Status PersistentId(int count);
  absl::Status Reduce(int count);
  absl::Status NewObject(int count);
  absl::Status Instance(int);
  absl::Status MarkedObject(int);
  absl::Status Build(int count);

  const absl::string_view bytes_;
  std::array<const Opcode*, 256> by_code_ = {};
  size_t place_ = 0;
  size_t opcode_place_ = 0;
  const char* opcode_name_ = "";
  bool is_done_ = false;
  Pickle pickle_;
  std::vector<ValueId> stack_;
  std::vector<size_t> marks_;                 // sizes of the stack
  std::vector<std::optional<ValueId>> memo_;  // by index
  size_t memo_count_ = 0;
  size_t copied_ = 0;  // keys and values into dictionaries
};

// Ordered as in Python's documentation of opcodes: control, numbers, text, containers, names,
// calls.
const std::array<Machine::Opcode, 63> Machine::kOpcodes = {{
    {'\x80', "PROTO", &Machine::Protocol, 1},
    {'\x95', "FRAME", &Machine::Frame, 8},
    {'.', "STOP", &Machine::Stop, 0},
    {'(', "MARK", &Machine::Mark, 0},
    {'0', "POP", &Machine::PopOne, 0},
    {'1', "POP_MARK", &Machine::PopMark, 0},
    {'2', "DUP", &Machine::Duplicate, 0},
    {'N', "NONE", &Machine::Constant, kNoneId},
    {'\x88', "NEWTRUE", &Machine::Constant, kTrueId},
    {'\x89', "NEWFALSE", &Machine::Constant, kFalseId},
    {'I', "INT", &Machine::IntegerLine, 0},
    {'L', "LONG", &Machine::IntegerLine, 0},
    {'J', "BININT", &Machine::SignedInteger, 4},
    {'K', "BININT1", &Machine::UnsignedInteger, 1},
    {'M', "BININT2", &Machine::UnsignedInteger, 2},
    {'\x8a', "LONG1", &Machine::CountedInteger, 1},
    {'\x8b', "LONG4", &Machine::CountedInteger, 4},
    {'F', "FLOAT", &Machine::FloatLine, 0},
    {'G', "BINFLOAT", &Machine::Float, 8},
    {'S', "STRING", &Machine::QuotedLine, 0},
    {'V', "UNICODE", &Machine::UnicodeLine, 0},
    {'T', "BINSTRING", &Machine::Text, 4},
    {'U', "SHORT_BINSTRING", &Machine::Text, 1},
    {'X', "BINUNICODE", &Machine::Text, 4},
    {'\x8c', "SHORT_BINUNICODE", &Machine::Text, 1},
    {'\x8d', "BINUNICODE8", &Machine::Text, 8},
    {'B', "BINBYTES", &Machine::Bytes, 4},
    {'C', "SHORT_BINBYTES", &Machine::Bytes, 1},
    {'\x8e', "BINBYTES8", &Machine::Bytes, 8},
    {'\x96', "BYTEARRAY8", &Machine::Bytes, 8},
    {')', "EMPTY_TUPLE", &Machine::Constant, kEmptyTupleId},
    {'\x85', "TUPLE1", &Machine::Tuple, 1},
    {'\x86', "TUPLE2", &Machine::Tuple, 2},
    {'\x87', "TUPLE3", &Machine::Tuple, 3},
    {'t', "TUPLE", &Machine::MarkedTuple, 0},
    {']', "EMPTY_LIST", &Machine::EmptyList, 0},
    {'l', "LIST", &Machine::MarkedList, 0},
    {'a', "APPEND", &Machine::Append, 1},
    {'e', "APPENDS", &Machine::MarkedAppend, 0},
    {'\x8f', "EMPTY_SET", &Machine::EmptyList, 0},
    {'\x90', "ADDITEMS", &Machine::MarkedAppend, 0},
    {'\x91', "FROZENSET", &Machine::MarkedList, 0},
    {'}', "EMPTY_DICT", &Machine::EmptyDict, 0},
    {'d', "DICT", &Machine::MarkedDict, 0},
    {'s', "SETITEM", &Machine::SetItem, 2},
    {'u', "SETITEMS", &Machine::MarkedSetItems, 0},
    {'c', "GLOBAL", &Machine::GlobalLines, 0},
    {'\x93', "STACK_GLOBAL", &Machine::GlobalFromStack, 2},
    {'p', "PUT", &Machine::PutLine, 0},
    {'q', "BINPUT", &Machine::Put, 1},
    {'r', "LONG_BINPUT", &Machine::Put, 4},
    {'\x94', "MEMOIZE", &Machine::Memoize, 0},
    {'g', "GET", &Machine::GetLine, 0},
    {'h', "BINGET", &Machine::Get, 1},
    {'j', "LONG_BINGET", &Machine::Get, 4},
    {'P', "PERSID", &Machine::PersistentIdLine, 0},
    {'Q', "BINPERSID", &Machine::PersistentId, 1},
    {'R', "REDUCE", &Machine::Reduce, 2},
    {'\x81', "NEWOBJ", &Machine::Reduce, 2},
    {'\x92', "NEWOBJ_EX", &Machine::NewObject, 3},
    {'i', "INST", &Machine::Instance, 0},
    {'o', "OBJ", &Machine::MarkedObject, 0},
    {'b', "BUILD", &Machine::Build, 2},
}};

Machine::Machine(absl::string_view bytes) : bytes_(bytes) {
  for (const Opcode& opcode : kOpcodes) by_code_[static_cast<uint8_t>(opcode.code)] = &opcode;
  pickle_.values.resize(kEmptyTupleId + 1);
  pickle_.values[kFalseId].kind = Kind::kBool;
  pickle_.values[kTrueId].kind = Kind::kBool;
  pickle_.values[kTrueId].number = 1;
  pickle_.values[kEmptyTupleId].kind = Kind::kTuple;
}

absl::StatusOr<Pickle> Machine::Run() {
  while (!is_done_) {
    opcode_place_ = place_;
    opcode_name_ = "";
    if (place_ == bytes_.size()) return Problem("it is cut; copy or download the file again");
    MICA_RETURN_IF_ERROR(Step(static_cast<uint8_t>(bytes_[place_++])));
  }
  pickle_.bytes = place_;
  return std::move(pickle_);
}

absl::Status Machine::Step(uint8_t code) {
  const Opcode* const opcode = by_code_[code];
  if (opcode == nullptr) return Problem(absl::StrCat("opcode 0x", absl::Hex(code, absl::kZeroPad2), " is not one that is read here"));
  opcode_name_ = opcode->name;
  return (this->*opcode->action)(opcode->number);
}

absl::Status Machine::Problem(absl::string_view text) const {
  return CheckpointError(absl::StrCat("the pickle is damaged at byte ", opcode_place_, *opcode_name_ == '\0' ? "" : " (", opcode_name_,
                                      *opcode_name_ == '\0' ? "" : ")", ": ", text));
}

absl::StatusOr<absl::string_view> Machine::Take(uint64_t size) {
  if (size > bytes_.size() - place_) {
    return Problem(absl::StrCat("needs ", size, " bytes, there are ", bytes_.size() - place_, "; copy or download the file again"));
  }
  const absl::string_view taken = bytes_.substr(place_, size);
  place_ += size;
  return taken;
}

absl::StatusOr<uint64_t> Machine::TakeNumber(int size) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view taken, Take(size));
  return LittleUnsigned(taken, 0, size);
}

absl::StatusOr<absl::string_view> Machine::TakeCounted(int count_size) {
  MICA_ASSIGN_OR_RETURN(const uint64_t size, TakeNumber(count_size));
  return Take(size);
}

absl::StatusOr<absl::string_view> Machine::TakeLine() {
  const size_t end = bytes_.find('\n', place_);
  if (end == absl::string_view::npos) return Problem("its line does not end");
  const absl::string_view line = bytes_.substr(place_, end - place_);
  place_ = end + 1;
  return absl::StripSuffix(line, "\r");
}

absl::StatusOr<uint64_t> Machine::TakeDecimal() {
  MICA_ASSIGN_OR_RETURN(const absl::string_view line, TakeLine());
  uint64_t number = 0;
  if (!absl::SimpleAtoi(line, &number)) return Problem(absl::StrCat("\"", ShownName(line), "\" is no number"));
  return number;
}

absl::StatusOr<ValueId> Machine::Top() const {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= floor) return Problem("the stack holds too few values");
  return stack_.back();
}

absl::StatusOr<ValueId> Machine::Pop() {
  MICA_ASSIGN_OR_RETURN(const ValueId top, Top());
  stack_.pop_back();
  return top;
}

absl::StatusOr<std::vector<ValueId>> Machine::PopMarked() {
  if (marks_.empty()) return Problem("there is no mark on the stack");
  std::vector<ValueId> popped(stack_.begin() + marks_.back(), stack_.end());
  stack_.resize(marks_.back());
  marks_.pop_back();
  return popped;
}

absl::StatusOr<std::vector<ValueId>> Machine::PopSome(int count) {
  std::vector<ValueId> popped(count);
  for (int i = count; i-- > 0;) {
    MICA_ASSIGN_OR_RETURN(popped[i], Pop());
  }
  return popped;
}

absl::Status Machine::PushId(ValueId id) {
  stack_.push_back(id);
  return absl::OkStatus();
}

absl::Status Machine::Push(PickleValue value) {
  if (pickle_.values.size() >= kMaxValues) {
    return CheckpointError(absl::StrCat("the pickle holds more than ", kMaxValues, " values; save the model's weights alone"));
  }
  pickle_.values.push_back(std::move(value));
  return PushId(static_cast<ValueId>(pickle_.values.size() - 1));
}

absl::Status Machine::PushItems(Kind kind, std::vector<ValueId> items) {
  PickleValue value;
  value.kind = kind;
  MICA_RETURN_IF_ERROR(Push(std::move(value)));
  return Add(stack_.back(), items);
}

absl::Status Machine::PushText(Kind kind, absl::string_view text) {
  PickleValue value;
  value.kind = kind;
  value.text = text;
  return Push(std::move(value));
}

// Two's complement of any length.
absl::Status Machine::PushInteger(absl::string_view little_endian) {
  if (little_endian.size() > 8) return PushText(Kind::kLargeInt, little_endian);
  PickleValue value;
  value.kind = Kind::kInt;
  const int unused_bits = 64 - 8 * static_cast<int>(little_endian.size());
  const uint64_t bits = LittleUnsigned(little_endian, 0, little_endian.size());
  if (unused_bits < 64) value.number = static_cast<int64_t>(bits << unused_bits) >> unused_bits;
  return Push(std::move(value));
}

absl::Status Machine::Add(ValueId container, const std::vector<ValueId>& items) {
  PickleValue& value = pickle_.values[container];
  int depth = value.depth;
  for (const ValueId item : items) {
    depth = std::max(depth, pickle_.values[item].depth + 1);
    value.holds_stored |= pickle_.values[item].holds_stored;
  }
  if (depth > kMaxDepth) {
    return CheckpointError(absl::StrCat("the pickle nests values deeper than ", kMaxDepth, "; save the model's weights alone"));
  }
  value.depth = static_cast<uint16_t>(depth);
  value.items.insert(value.items.end(), items.begin(), items.end());
  return absl::OkStatus();
}

// Lists are filled after they were pushed. What is put into an opaque object is not kept.
absl::Status Machine::AddToCollection(const std::vector<ValueId>& items) {
  MICA_ASSIGN_OR_RETURN(const ValueId top, Top());
  const Kind kind = pickle_.values[top].kind;
  if (kind == Kind::kCall) return absl::OkStatus();
  if (kind != Kind::kList) return Problem("appends to what is no list");
  return Add(top, items);
}

absl::Status Machine::AddToDict(const std::vector<ValueId>& items) {
  MICA_ASSIGN_OR_RETURN(const ValueId top, Top());
  const Kind kind = pickle_.values[top].kind;
  if (items.size() % 2 != 0) return Problem("a key has no value");
  if (kind == Kind::kCall) return absl::OkStatus();
  if (kind != Kind::kDict) return Problem("sets an entry of what is no dictionary");
  return Add(top, items);
}

absl::Status Machine::Keep(uint64_t index) {
  MICA_ASSIGN_OR_RETURN(const ValueId top, Top());
  // Python counts up, and what is kept takes a byte at least.
  if (index > place_ || index > kMaxValues) return Problem(absl::StrCat("keeps a value as number ", index, ", more than there can be"));
  if (memo_.size() <= index) memo_.resize(index + 1);
  if (!memo_[index].has_value()) ++memo_count_;
  memo_[index] = top;
  return absl::OkStatus();
}

absl::Status Machine::Recall(uint64_t index) {
  if (index >= memo_.size() || !memo_[index].has_value()) return Problem(absl::StrCat("asks for value ", index, ", which was not kept"));
  return PushId(*memo_[index]);
}

absl::Status Machine::PushGlobal(absl::string_view module, absl::string_view name) {
  if (JudgeGlobal(module, name) == GlobalMeaning::kDangerous) {
    return CheckpointError(absl::StrCat("refused: pickle asks for ", ShownName(module), ".", ShownName(name),
                                        ", which can run programs when Python loads the file; delete it, or ask who made it"));
  }
  PickleValue value;
  value.kind = Kind::kGlobal;
  value.text = module;
  value.name = name;
  return Push(std::move(value));
}

GlobalMeaning Machine::MeaningOf(ValueId callee) const {
  const PickleValue& value = pickle_.values[callee];
  return value.kind == Kind::kGlobal ? JudgeGlobal(value.text, value.name) : GlobalMeaning::kUnknown;
}

absl::Status Machine::PushCall(ValueId callee, ValueId arguments) {
  if (pickle_.values[arguments].kind != Kind::kTuple) return Problem("arguments are no tuple");
  const GlobalMeaning meaning = MeaningOf(callee);
  if (meaning == GlobalMeaning::kDict) return PushDict(arguments);
  if (meaning == GlobalMeaning::kUnknown && pickle_.values[arguments].holds_stored) {
    return CheckpointError(absl::StrCat("refused: pickle hands a tensor to ", GlobalName(pickle_, pickle_.values[callee]),
                                        ", of which mica does not know what it makes; save model.state_dict() with plain tensors"));
  }
  return PushItems(Kind::kCall, {callee, arguments});
}

// Python 2 hands all pairs of an OrderedDict to its constructor, as one list.
absl::Status Machine::PushDict(ValueId arguments) {
  std::vector<ValueId> entries;
  const std::vector<ValueId>& given = pickle_.values[arguments].items;
  const PickleValue* const pairs = given.empty() ? nullptr : &pickle_.values[given[0]];
  if (pairs != nullptr && pairs->kind == Kind::kList) {
    for (const ValueId id : pairs->items) {
      const PickleValue& pair = pickle_.values[id];
      const bool is_pair = (pair.kind == Kind::kList || pair.kind == Kind::kTuple) && pair.items.size() == 2;
      if (!is_pair) return Problem("a dictionary is made of what are no pairs");
      entries.insert(entries.end(), pair.items.begin(), pair.items.end());
    }
  }
  // One list may be handed over again and again: a bomb, for each pair takes a byte in a file.
  copied_ += entries.size();
  if (copied_ > place_) return Problem("dictionaries are made of one list many times");
  return PushItems(Kind::kDict, std::move(entries));
}

absl::Status Machine::Protocol(int size) {
  MICA_ASSIGN_OR_RETURN(const uint64_t protocol, TakeNumber(size));
  if (protocol <= kMaxProtocol) return absl::OkStatus();
  return Problem(absl::StrCat("protocol ", protocol, ", at most ", kMaxProtocol, " is read"));
}

absl::Status Machine::Frame(int size) {
  MICA_ASSIGN_OR_RETURN(const uint64_t frame, TakeNumber(size));
  if (frame <= bytes_.size() - place_) return absl::OkStatus();
  return Problem(absl::StrCat("a frame of ", frame, " bytes, there are ", bytes_.size() - place_, "; copy or download the file again"));
}

absl::Status Machine::Stop(int) {
  MICA_ASSIGN_OR_RETURN(pickle_.root_id, Pop());
  is_done_ = true;
  return absl::OkStatus();
}

absl::Status Machine::Mark(int) {
  marks_.push_back(stack_.size());
  return absl::OkStatus();
}

absl::Status Machine::PopOne(int) {
  if (!marks_.empty() && marks_.back() == stack_.size()) {
    marks_.pop_back();
    return absl::OkStatus();
  }
  return Pop().status();
}

absl::Status Machine::PopMark(int) {
  return PopMarked().status();
}

absl::Status Machine::Duplicate(int) {
  MICA_ASSIGN_OR_RETURN(const ValueId top, Top());
  return PushId(top);
}

absl::Status Machine::Constant(int id) {
  return PushId(static_cast<ValueId>(id));
}

// Protocol 1 writes True and False as 01 and 00; Python 2 ends long numbers with L.
absl::Status Machine::IntegerLine(int) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view line, TakeLine());
  if (line == "00" || line == "01") return PushId(line == "01" ? kTrueId : kFalseId);
  const absl::string_view digits = absl::StripSuffix(line, "L");
  PickleValue value;
  value.kind = Kind::kInt;
  if (absl::SimpleAtoi(digits, &value.number)) return Push(std::move(value));
  const absl::string_view without_sign = absl::StripPrefix(digits, "-");
  if (without_sign.empty() || without_sign.find_first_not_of("0123456789") != absl::string_view::npos) {
    return Problem(absl::StrCat("\"", ShownName(line), "\" is no number"));
  }
  return PushText(Kind::kLargeInt, digits);
}

absl::Status Machine::SignedInteger(int size) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view taken, Take(size));
  return PushInteger(taken);
}

absl::Status Machine::UnsignedInteger(int size) {
  PickleValue value;
  value.kind = Kind::kInt;
  MICA_ASSIGN_OR_RETURN(value.number, TakeNumber(size));
  return Push(std::move(value));
}

absl::Status Machine::CountedInteger(int count_size) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view taken, TakeCounted(count_size));
  return PushInteger(taken);
}

absl::Status Machine::FloatLine(int) {
  MICA_RETURN_IF_ERROR(TakeLine().status());
  return PushText(Kind::kFloat, "");
}

absl::Status Machine::Float(int size) {
  MICA_RETURN_IF_ERROR(Take(size).status());
  return PushText(Kind::kFloat, "");
}

absl::Status Machine::QuotedLine(int) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view line, TakeLine());
  const bool is_quoted = line.size() >= 2 && line.front() == line.back() && (line.front() == '\'' || line.front() == '"');
  if (!is_quoted) return Problem("a text is not between quotes");
  if (absl::StrContains(line, "\\")) return Problem("a text with escapes is not read; save it with pickle protocol 2");
  return PushText(Kind::kText, line.substr(1, line.size() - 2));
}

absl::Status Machine::UnicodeLine(int) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view line, TakeLine());
  if (absl::StrContains(line, "\\")) return Problem("a text with escapes is not read; save it with pickle protocol 2");
  return PushText(Kind::kText, line);
}

absl::Status Machine::Text(int count_size) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view text, TakeCounted(count_size));
  return PushText(Kind::kText, text);
}

absl::Status Machine::Bytes(int count_size) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view bytes, TakeCounted(count_size));
  return PushText(Kind::kBytes, bytes);
}

absl::Status Machine::Tuple(int count) {
  MICA_ASSIGN_OR_RETURN(std::vector<ValueId> items, PopSome(count));
  return PushItems(Kind::kTuple, std::move(items));
}

absl::Status Machine::MarkedTuple(int) {
  MICA_ASSIGN_OR_RETURN(std::vector<ValueId> items, PopMarked());
  return PushItems(Kind::kTuple, std::move(items));
}

absl::Status Machine::EmptyList(int) {
  return PushItems(Kind::kList, {});
}

absl::Status Machine::MarkedList(int) {
  MICA_ASSIGN_OR_RETURN(std::vector<ValueId> items, PopMarked());
  return PushItems(Kind::kList, std::move(items));
}

absl::Status Machine::EmptyDict(int) {
  return PushItems(Kind::kDict, {});
}

absl::Status Machine::MarkedDict(int) {
  MICA_ASSIGN_OR_RETURN(std::vector<ValueId> items, PopMarked());
  if (items.size() % 2 != 0) return Problem("a key has no value");
  return PushItems(Kind::kDict, std::move(items));
}

absl::Status Machine::Append(int count) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopSome(count));
  return AddToCollection(items);
}

absl::Status Machine::MarkedAppend(int) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopMarked());
  return AddToCollection(items);
}

absl::Status Machine::SetItem(int count) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopSome(count));
  return AddToDict(items);
}

absl::Status Machine::MarkedSetItems(int) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopMarked());
  return AddToDict(items);
}

absl::Status Machine::GlobalLines(int) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view module, TakeLine());
  MICA_ASSIGN_OR_RETURN(const absl::string_view name, TakeLine());
  return PushGlobal(module, name);
}

absl::Status Machine::GlobalFromStack(int count) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> names, PopSome(count));
  const PickleValue& module = pickle_.values[names[0]];
  const PickleValue& name = pickle_.values[names[1]];
  if (module.kind != Kind::kText || name.kind != Kind::kText) return Problem("a module or its function is not named by text");
  return PushGlobal(module.text, name.text);
}

absl::Status Machine::PutLine(int) {
  MICA_ASSIGN_OR_RETURN(const uint64_t index, TakeDecimal());
  return Keep(index);
}

absl::Status Machine::Put(int size) {
  MICA_ASSIGN_OR_RETURN(const uint64_t index, TakeNumber(size));
  return Keep(index);
}

absl::Status Machine::Memoize(int) {
  return Keep(memo_count_);
}

absl::Status Machine::GetLine(int) {
  MICA_ASSIGN_OR_RETURN(const uint64_t index, TakeDecimal());
  return Recall(index);
}

absl::Status Machine::Get(int size) {
  MICA_ASSIGN_OR_RETURN(const uint64_t index, TakeNumber(size));
  return Recall(index);
}

absl::Status Machine::PersistentIdLine(int) {
  MICA_ASSIGN_OR_RETURN(const absl::string_view id, TakeLine());
  MICA_RETURN_IF_ERROR(PushText(Kind::kText, id));
  return PersistentId(1);
}

// The id of a module holds its class and its source, all others stand for numbers.
absl::Status Machine::PersistentId(int count) {
  MICA_ASSIGN_OR_RETURN(std::vector<ValueId> items, PopSome(count));
  const PickleValue& id = pickle_.values[items[0]];
  const bool is_module = id.kind == Kind::kTuple && !id.items.empty() && pickle_.values[id.items[0]].text == "module";
  MICA_RETURN_IF_ERROR(PushItems(Kind::kPersistentId, std::move(items)));
  pickle_.values[stack_.back()].holds_stored = !is_module;
  return absl::OkStatus();
}

absl::Status Machine::Reduce(int count) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopSome(count));
  return PushCall(items[0], items[1]);
}

// Class, arguments, named arguments.
absl::Status Machine::NewObject(int count) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopSome(count));
  MICA_RETURN_IF_ERROR(PushItems(Kind::kTuple, {items[1], items[2]}));
  MICA_ASSIGN_OR_RETURN(const ValueId arguments, Pop());
  return PushCall(items[0], arguments);
}

absl::Status Machine::Instance(int) {
  MICA_RETURN_IF_ERROR(MarkedTuple(0));
  MICA_ASSIGN_OR_RETURN(const ValueId arguments, Pop());
  MICA_RETURN_IF_ERROR(GlobalLines(0));
  MICA_ASSIGN_OR_RETURN(const ValueId callee, Pop());
  return PushCall(callee, arguments);
}

// The class lies in front of its arguments.
absl::Status Machine::MarkedObject(int) {
  MICA_ASSIGN_OR_RETURN(std::vector<ValueId> items, PopMarked());
  if (items.empty()) return Problem("no class is named");
  const ValueId callee = items.front();
  items.erase(items.begin());
  MICA_RETURN_IF_ERROR(PushItems(Kind::kTuple, std::move(items)));
  MICA_ASSIGN_OR_RETURN(const ValueId arguments, Pop());
  return PushCall(callee, arguments);
}

// Gives an object its state. Attributes of a dictionary, such as _metadata, hold no weights.
absl::Status Machine::Build(int count) {
  MICA_ASSIGN_OR_RETURN(const std::vector<ValueId> items, PopSome(count));
  MICA_RETURN_IF_ERROR(PushId(items[0]));
  PickleValue& object = pickle_.values[items[0]];
  if (object.kind != Kind::kCall || object.items.size() > 2) return absl::OkStatus();
  const bool holds_stored = object.holds_stored;
  MICA_RETURN_IF_ERROR(Add(items[0], {items[1]}));
  object.holds_stored = holds_stored;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Pickle> ReadPickle(absl::string_view bytes) {
  return Machine(bytes).Run();
}

std::string GlobalName(const Pickle& pickle, const PickleValue& value) {
  if (value.kind == Kind::kGlobal) return absl::StrCat(ShownName(value.text), ".", ShownName(value.name));
  if (value.kind != Kind::kPersistentId) return "something unnamed";
  const PickleValue& id = pickle.values[value.items[0]];
  const bool has_class = id.kind == Kind::kTuple && id.items.size() > 1 && pickle.values[id.items[1]].kind == Kind::kGlobal;
  return has_class ? GlobalName(pickle, pickle.values[id.items[1]]) : "something unnamed";
}

bool IsGlobal(const PickleValue& value, absl::string_view module, absl::string_view name) {
  return value.kind == Kind::kGlobal && value.text == module && value.name == name;
}

}  // namespace mica
