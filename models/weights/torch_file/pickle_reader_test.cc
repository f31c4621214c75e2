#include "models/weights/torch_file/pickle_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "models/weights/torch_file/torch_file_builder.h"

namespace mica {
namespace {

using testing::HasSubstr;

// A pickle's value on a line, as Python's repr() would show it: text in quotes, b"" for bytes,
// calls as function(arguments) with |state behind, persistent ids as <id>.
std::string Shown(const Pickle& pickle, const PickleValue& value);

std::string ShownItems(const Pickle& pickle, const PickleValue& value) {
  std::string shown;
  for (const ValueId id : value.items) absl::StrAppend(&shown, shown.empty() ? "" : ",", Shown(pickle, pickle.values[id]));
  return shown;
}

std::string Shown(const Pickle& pickle, const PickleValue& value) {
  const auto item = [&](size_t index) { return Shown(pickle, pickle.values[value.items[index]]); };
  switch (value.kind) {
    case PickleValue::Kind::kNone:
      return "None";
    case PickleValue::Kind::kBool:
      return value.number == 1 ? "True" : "False";
    case PickleValue::Kind::kInt:
      return absl::StrCat(value.number);
    case PickleValue::Kind::kLargeInt:
      return "large";
    case PickleValue::Kind::kFloat:
      return "float";
    case PickleValue::Kind::kText:
      return absl::StrCat("'", value.text, "'");
    case PickleValue::Kind::kBytes:
      return absl::StrCat("b'", value.text, "'");
    case PickleValue::Kind::kTuple:
      return absl::StrCat("(", ShownItems(pickle, value), ")");
    case PickleValue::Kind::kList:
      return absl::StrCat("[", ShownItems(pickle, value), "]");
    case PickleValue::Kind::kDict:
      return absl::StrCat("{", ShownItems(pickle, value), "}");
    case PickleValue::Kind::kGlobal:
      return GlobalName(pickle, value);
    case PickleValue::Kind::kPersistentId:
      return absl::StrCat("<", item(0), ">");
    case PickleValue::Kind::kCall:
      return absl::StrCat(item(0), item(1), value.items.size() > 2 ? absl::StrCat("|", item(2)) : "");
  }
  return "unknown";
}

std::string ValueOf(absl::string_view bytes) {
  const auto pickle = ReadPickle(bytes);
  return pickle.ok() ? Shown(*pickle, pickle->root()) : std::string(pickle.status().message());
}

// Bytes with NULs in them.
template <size_t n>
std::string B(const char (&bytes)[n]) {
  return std::string(bytes, n - 1);
}

struct Case {
  std::string name;
  std::string bytes;
  std::string value;
};

class PickleReaderTest : public testing::TestWithParam<Case> {};

TEST_P(PickleReaderTest, ReadsAsPythonDoes) {
  EXPECT_EQ(ValueOf(GetParam().bytes), GetParam().value);
}

// Python's pickle.loads gives these values for these bytes.
INSTANTIATE_TEST_SUITE_P(
    OfPython, PickleReaderTest,
    testing::Values(
        Case{"Protocol0", B("(dp0\nVa\np1\n(I1\nI01\nI00\nF0.5\nNL99999999999999999999L\nlp2\nsVb\np3\n(Vx\np4\nI-7\ntp5\ns."),
             "{'a',[1,True,False,float,None,large],'b',('x',-7)}"},
        Case{"Protocol1",
             B("}q\0(X\x01\0\0\0aq\x01]q\x02(K\x01I01\nG?\xe0\0\0\0\0\0\0NeX\x01\0\0\0bq\x03(X\x01\0\0\0xq\x04J\xf9\xff\xff\xfftq\x05u."),
             "{'a',[1,True,float,None],'b',('x',-7)}"},
        Case{"Protocol2",
             B("\x80\x02]q\0(K\xffM\0\x01J\0\0\x01\0\x8a\x06\0\0\0\0\0\x01\x8a\x01\xfe\x8a\0\x88\x89K\x01\x85q\x01K\x01K\x02\x86q\x02h\x01)"
               "e."),
             "[255,256,65536,1099511627776,-2,0,True,False,(1),(1,2),(1),()]"},
        Case{"Protocol4Frames",
             B("\x80\x04\x95\x1e\0\0\0\0\0\0\0]\x94(\x8c\x01"
               "a\x94h\x01\x8f\x94(K\x01\x90(K\x02\x91\x94"
               "C\x02hi\x94h\x04\x8c\x01"
               "b\x94"
               "e."),
             "['a','a',[1],[2],b'hi',b'hi','b']"},
        Case{"StackGlobal",
             B("\x80\x04\x8c\x0b"
               "collections\x8c\x0bOrderedDict\x93)R\x8c\x01kK\x01s."),
             "{'k',1}"},
        Case{"ByteArray", B("\x80\x05\x96\x02\0\0\0\0\0\0\0hi."), "b'hi'"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ByHand, PickleReaderTest,
    testing::Values(
        Case{"LongForms",
             B("\x80\x02(]"
               "r\0\0\0\0j\0\0\0\0T\x01\0\0\0sU\x01tB\x01\0\0\0b\x8e\x01\0\0\0\0\0\0\0c\x8d\x01\0\0\0\0\0\0\0d\x8b\x01\0\0\0\x05t."),
             "([],[],'s','t',b'b',b'c','d',5)"},
        Case{"ListAndDictOfMarks",
             B("((K\x01K\x02l(K\x03K\x04"
               "dt."),
             "([1,2],{3,4})"},
        Case{"QuotedText", B("(S'a b'\nS\"c\"\nt."), "('a b','c')"},
        Case{"PopAndDuplicate",
             B("(K\x01K\x02"
               "0(K\x03"
               "12t."),
             "(1,1)"},
        Case{"PopTakesAMark", B("K\x01(0."), "1"},
        Case{"CallsStayCalls", PickleBuilder().Global("argparse", "Namespace").Op(")\x81}").Text("lr").Op("K\x01sb").Done(),
             "argparse.Namespace()|{'lr',1}"},
        Case{"ReduceOfAnUnknownFunction", PickleBuilder().Global("numpy.core.multiarray", "scalar").Op("C\x01x\x85R").Done(),
             "numpy.core.multiarray.scalar(b'x')"},
        Case{"NewObjectWithNames", PickleBuilder().Global("a", "B").Op(")}\x92").Done(), "a.B((),{})"},
        Case{"InstanceOfPython2", B("(K\x01ia\nB\n."), "a.B(1)"}, Case{"ObjectOfPython2", B("(ca\nB\nK\x01o."), "a.B(1)"},
        Case{"ItemsOfObjectsArePassedOver",
             PickleBuilder()
                 .Global("mine", "Dict")
                 .Op(")R")
                 .Text("k")
                 .Op("K\x01s(")
                 .Text("l")
                 .Op("K\x02uK\x03"
                     "a")
                 .Done(),
             "mine.Dict()"},
        Case{"OrderedDictOfPairs",
             PickleBuilder()
                 .Global("collections", "OrderedDict")
                 .Op("](](")
                 .Text("a")
                 .Op("K\x01"
                     "e](")
                 .Text("b")
                 .Op("K\x02"
                     "ee\x85R")
                 .Done(),
             "{'a',1,'b',2}"},
        Case{"AttributesOfADictArePassedOver",
             PickleBuilder().Global("collections", "OrderedDict").Op(")R}").Text("_metadata").Op("Nsb").Done(), "{}"},
        Case{"PersistentIds", B("(P17\n(U\x07storageK\x01tQt."), "(<'17'>,<('storage',1)>)"},
        Case{"StopsAtItsEnd", B("K\x01.K\x02."), "1"}),
    [](const auto& info) { return info.param.name; });

struct Refusal {
  std::string name;
  std::string bytes;
  std::string message;
};

class PickleReaderRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(PickleReaderRefusalTest, SaysWhatIsWrong) {
  EXPECT_THAT(ReadPickle(GetParam().bytes), Fails(ExitCode::kCheckpoint, HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PickleReaderRefusalTest,
    testing::Values(Refusal{"K10System", PickleBuilder().Global("posix", "system").Text("id").Op("\x85R").Done(),
                            "refused: pickle asks for posix.system"},
                    Refusal{"K10FromTheStack",
                            B("\x80\x04\x8c\x08"
                              "builtins\x8c\x04"
                              "eval\x93."),
                            "refused: pickle asks for builtins.eval"},
                    Refusal{"K10OfInstance", B("(ios\nsystem\n."), "refused: pickle asks for os.system"},
                    Refusal{"K10NeverCalled", PickleBuilder().Global("subprocess", "Popen").Op("0N").Done(),
                            "refused: pickle asks for subprocess.Popen"},
                    Refusal{"TensorToUnknownFunction",
                            PickleBuilder().Global("mine", "unpack").Tensor("FloatStorage", "0", 1, 0, {1}, {1}).Op("\x85R").Done(),
                            "refused: pickle hands a tensor to mine.unpack"},
                    Refusal{"TensorInAListToUnknownFunction",
                            PickleBuilder().Global("mine", "unpack").Op("]").Storage("FloatStorage", "0", 1).Op("a\x85R").Done(),
                            "refused: pickle hands a tensor to mine.unpack"},
                    Refusal{"UnknownOpcode", B("\x80\x02\xff."), "at byte 2: opcode 0xff"},
                    Refusal{"ExtensionCode", B("\x82\x01."), "opcode 0x82"}, Refusal{"OutOfBandBuffer", B("\x97."), "opcode 0x97"},
                    Refusal{"Protocol6", B("\x80\x06."), "protocol 6, at most 5 is read"}, Refusal{"Empty", "", "it is cut"},
                    Refusal{"NoStop", B("K\x01"), "it is cut"}, Refusal{"EmptyStack", B("."), "(STOP): the stack holds too few values"},
                    Refusal{"ValueBelowTheMark", B("K\x01(\x85."), "(TUPLE1): the stack holds too few values"},
                    Refusal{"NoMark", B("K\x01t."), "(TUPLE): there is no mark"},
                    Refusal{"TextCut", B("X\xff\xff\xff\xffhi."), "(BINUNICODE): needs 4294967295 bytes, there are 3"},
                    Refusal{"TextOf2To63Bytes", B("\x8d\xff\xff\xff\xff\xff\xff\xff\x7f."), "needs 9223372036854775807 bytes"},
                    Refusal{"FrameTooLong", B("\x95\xff\0\0\0\0\0\0\0N."), "a frame of 255 bytes, there are 2"},
                    Refusal{"LineWithoutEnd", B("ccollections"), "its line does not end"},
                    Refusal{"NoNumber", B("Iseven\n."), "\"seven\" is no number"},
                    Refusal{"NoLargeNumber", B("L-L\n."), "\"-L\" is no number"},
                    Refusal{"Escapes", B("Va\\u00e9\n."), "a text with escapes is not read"},
                    Refusal{"NoQuotes", B("Sa\n."), "not between quotes"},
                    Refusal{"UnkeptValue", B("h\x07."), "asks for value 7, which was not kept"},
                    Refusal{"KeyWithoutValue", B("}(K\x01u."), "a key has no value"},
                    Refusal{"OddDict",
                            B("(K\x01"
                              "d."),
                            "a key has no value"},
                    Refusal{"AppendToDict",
                            B("}K\x01"
                              "a."),
                            "appends to what is no list"},
                    Refusal{"ItemOfList", B("]K\x01K\x02s."), "sets an entry of what is no dictionary"},
                    Refusal{"ArgumentsNoTuple", PickleBuilder().Global("a", "B").Op("]R").Done(), "arguments are no tuple"},
                    Refusal{"GlobalOfNumbers", B("K\x01K\x02\x93."), "not named by text"},
                    Refusal{"PairsOfThree",
                            PickleBuilder()
                                .Global("collections", "OrderedDict")
                                .Op("](K\x01K\x02K\x03\x87"
                                    "e\x85R")
                                .Done(),
                            "what are no pairs"},
                    Refusal{"ObjectOfNothing", B("(o."), "no class is named"}),
    [](const auto& info) { return info.param.name; });

TEST(PickleReaderBombTest, AMemoIndexBeyondTheFileIsRefusedBeforeMemoryIsTaken) {
  EXPECT_EQ(ValueOf(B("Nr\xff\xff\xff\x7f.")),
            "the pickle is damaged at byte 1 (LONG_BINPUT): keeps a value as number 2147483647, more than there can be");
}

TEST(PickleReaderBombTest, NestingIsBounded) {
  EXPECT_THAT(ReadPickle(absl::StrCat(std::string(1000, ']'), std::string(999, 'a'), ".")), IsOk());
  EXPECT_THAT(ReadPickle(absl::StrCat(std::string(1002, ']'), std::string(1001, 'a'), ".")),
              Fails(ExitCode::kCheckpoint, HasSubstr("nests values deeper than 1000")));
  EXPECT_THAT(ReadPickle(absl::StrCat("N", std::string(100000, '\x85'), ".")),
              Fails(ExitCode::kCheckpoint, HasSubstr("nests values deeper than 1000")));
}

TEST(PickleReaderBombTest, TheNumberOfValuesIsBounded) {
  EXPECT_THAT(ReadPickle(absl::StrCat("(", std::string(2200000, '}'), "t.")),
              Fails(ExitCode::kCheckpoint, HasSubstr("more than 2097152 values")));
}

// Ten lists that hold the one before ten times: 10^10 paths, but 10 values.
TEST(PickleReaderBombTest, SharedValuesStayShared) {
  std::string bytes = "]q";
  bytes += '\0';
  for (char i = 0; i < 10; ++i) {
    bytes += "](";
    for (int j = 0; j < 10; ++j) bytes += absl::StrCat("h", std::string(1, i));
    bytes += absl::StrCat("eq", std::string(1, static_cast<char>(i + 1)));
  }
  const auto pickle = ReadPickle(bytes + ".");
  ASSERT_THAT(pickle, IsOk());
  EXPECT_LT(pickle->values.size(), 20);
}

// One list of pairs, from which dictionary after dictionary is made.
TEST(PickleReaderBombTest, CopiesOfAListOfPairsAreBounded) {
  PickleBuilder pickle;
  pickle.Op("](");
  for (int i = 0; i < 1000; ++i) pickle.Op("NN\x86");
  pickle.Op(absl::StrCat("e\x85q", std::string(1, '\1'))).Global("collections", "OrderedDict").Op(absl::StrCat("q", std::string(1, '\2')));
  for (int i = 0; i < 1000; ++i) pickle.Op("h\x02h\x01R");
  EXPECT_THAT(ReadPickle(pickle.Done()), Fails(ExitCode::kCheckpoint, HasSubstr("made of one list many times")));
}

TEST(PickleReaderBombTest, AListThatHoldsItselfIsRead) {
  const auto pickle =
      ReadPickle(B("]q\x01h\x01"
                   "a."));
  ASSERT_THAT(pickle, IsOk());
  EXPECT_EQ(pickle->root().items[0], pickle->root_id);
}

TEST(PickleReaderTest, EveryCutIsRefused) {
  const std::string bytes = PickleBuilder().Op("}").Text("a").Tensor("FloatStorage", "0", 6, 0, {2, 3}, {3, 1}).Op("s").Done();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(ReadPickle(absl::string_view(bytes).substr(0, size)), Fails(ExitCode::kCheckpoint, HasSubstr("the pickle is damaged")))
        << size;
  }
  EXPECT_EQ(ReadPickle(bytes)->bytes, bytes.size());
}

}  // namespace
}  // namespace mica
