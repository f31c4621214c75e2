#include "models/weights/torch_file/pickle_globals.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"

namespace mica {
namespace {

// Modules, with all below them, that no saved weights need and that lead to running something.
constexpr absl::string_view kDangerousModules[] = {"_ctypes",
                                                   "_io",
                                                   "_pickle",
                                                   "_posixsubprocess",
                                                   "_winapi",
                                                   "asyncio",
                                                   "bdb",
                                                   "cffi",
                                                   "cloudpickle",
                                                   "code",
                                                   "codeop",
                                                   "commands",
                                                   "concurrent",
                                                   "cPickle",
                                                   "cProfile",
                                                   "ctypes",
                                                   "dill",
                                                   "distutils",
                                                   "ensurepip",
                                                   "fileinput",
                                                   "ftplib",
                                                   "http",
                                                   "httplib",
                                                   "idlelib",
                                                   "imp",
                                                   "importlib",
                                                   "io",
                                                   "marshal",
                                                   "nt",
                                                   "numpy.testing",
                                                   "os",
                                                   "pdb",
                                                   "pickle",
                                                   "pip",
                                                   "pkgutil",
                                                   "popen2",
                                                   "posix",
                                                   "profile",
                                                   "pty",
                                                   "pydoc",
                                                   "requests",
                                                   "runpy",
                                                   "shutil",
                                                   "smtplib",
                                                   "socket",
                                                   "subprocess",
                                                   "sys",
                                                   "tempfile",
                                                   "timeit",
                                                   "torch.hub",
                                                   "torch.utils.cpp_extension",
                                                   "trace",
                                                   "urllib",
                                                   "urllib2",
                                                   "venv",
                                                   "webbrowser",
                                                   "xmlrpc",
                                                   "zipimport"};

// Of Python's built-in functions only those that make plain values may be asked for.
constexpr absl::string_view kHarmlessBuiltins[] = {
    "Ellipsis", "NotImplemented", "bool",  "bytearray", "bytes", "complex", "dict",  "float", "frozenset", "int",    "list",
    "long",     "object",         "range", "set",       "slice", "str",     "tuple", "type",  "unicode",   "xrange",
};

struct Name {
  absl::string_view module;
  absl::string_view name;
};

constexpr Name kDangerousFunctions[] = {
    {"operator", "attrgetter"}, {"operator", "methodcaller"}, {"_operator", "attrgetter"}, {"_operator", "methodcaller"},
    {"torch", "load"},          {"types", "CodeType"},        {"types", "FunctionType"},   {"types", "LambdaType"},
};

constexpr Name kDicts[] = {{"collections", "OrderedDict"}, {"collections", "defaultdict"}};

// Those from _rebuild_sparse_tensor on make kinds that are not read; the message tells which.
constexpr Name kTensorMakers[] = {
    {"torch._utils", "_rebuild_tensor"},
    {"torch._utils", "_rebuild_tensor_v2"},
    {"torch._utils", "_rebuild_tensor_v3"},
    {"torch._utils", "_rebuild_parameter"},
    {"torch._utils", "_rebuild_parameter_with_state"},
    {"torch._tensor", "_rebuild_from_type_v2"},
    {"torch._utils", "_rebuild_sparse_tensor"},
    {"torch._utils", "_rebuild_sparse_csr_tensor"},
    {"torch._utils", "_rebuild_qtensor"},
    {"torch._utils", "_rebuild_nested_tensor"},
    {"torch._utils", "_rebuild_device_tensor_from_numpy"},
    {"torch._utils", "_rebuild_meta_tensor_no_storage"},
    {"torch._utils", "_rebuild_wrapper_subclass"},
    {"torch._utils", "_rebuild_xla_tensor"},
};

template <size_t n>
bool Holds(const Name (&names)[n], absl::string_view module, absl::string_view name) {
  return std::any_of(std::begin(names), std::end(names), [&](const Name& known) { return known.module == module && known.name == name; });
}

bool IsDangerous(absl::string_view module, absl::string_view name) {
  if (module == "builtins" || module == "__builtin__") {
    return std::find(std::begin(kHarmlessBuiltins), std::end(kHarmlessBuiltins), name) == std::end(kHarmlessBuiltins);
  }
  if (Holds(kDangerousFunctions, module, name)) return true;
  return std::any_of(std::begin(kDangerousModules), std::end(kDangerousModules), [&](absl::string_view dangerous) {
    return absl::StartsWith(module, dangerous) && (module.size() == dangerous.size() || module[dangerous.size()] == '.');
  });
}

}  // namespace

GlobalMeaning JudgeGlobal(absl::string_view module, absl::string_view name) {
  if (IsDangerous(module, name)) return GlobalMeaning::kDangerous;
  if (Holds(kDicts, module, name)) return GlobalMeaning::kDict;
  return Holds(kTensorMakers, module, name) ? GlobalMeaning::kTensorMaker : GlobalMeaning::kUnknown;
}

}  // namespace mica
