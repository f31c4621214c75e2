#include "cli/registered_flags.h"

#include <gflags/gflags.h>
#include <glog/logging.h>

namespace mica {
namespace {

template <typename T>
struct Storage {
  std::string name;
  std::string help;
  T value = T();
  T default_value = T();
};

// gflags keeps the addresses until the process ends and cannot take a flag back.
template <typename T>
void Register(const VerbFlag& flag) {
  auto* const storage = new Storage<T>{flag.name, flag.help};
  gflags::FlagRegisterer(storage->name.c_str(), storage->help.c_str(), __FILE__, &storage->value, &storage->default_value);
}

void RegisterByType(const VerbFlag& flag) {
  switch (flag.type) {
    case FlagType::kString:
      return Register<std::string>(flag);
    case FlagType::kInt:
      return Register<gflags::int32>(flag);
    case FlagType::kDouble:
      return Register<double>(flag);
    case FlagType::kBool:
      return Register<bool>(flag);
  }
}

template <typename T>
FlagValue Read(const gflags::CommandLineFlagInfo& info, const char* type) {
  CHECK_EQ(info.type, type) << "of --" << info.name;
  return *static_cast<const T*>(info.flag_ptr);
}

FlagValue ReadByType(const gflags::CommandLineFlagInfo& info, FlagType type) {
  switch (type) {
    case FlagType::kString:
      return Read<std::string>(info, "string");
    case FlagType::kInt:
      return Read<gflags::int32>(info, "int32");
    case FlagType::kDouble:
      return Read<double>(info, "double");
    case FlagType::kBool:
      return Read<bool>(info, "bool");
  }
  LOG(FATAL) << "--" << info.name << " has no known type";
}

}  // namespace

FlagValue SetFlag(const VerbFlag& flag, const std::string& text) {
  gflags::CommandLineFlagInfo info;
  if (!gflags::GetCommandLineFlagInfo(flag.name.c_str(), &info)) {
    RegisterByType(flag);
    CHECK(gflags::GetCommandLineFlagInfo(flag.name.c_str(), &info));
  }
  CHECK(!gflags::SetCommandLineOption(flag.name.c_str(), text.c_str()).empty()) << "--" << flag.name << "=" << text;
  return ReadByType(info, flag.type);
}

}  // namespace mica
