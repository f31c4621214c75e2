#include "base/config/required_oneof.h"

#include <google/protobuf/descriptor.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace mica {

std::string ChooseOneOf(const google::protobuf::Message& config, const std::string& oneof) {
  const google::protobuf::OneofDescriptor* descriptor = config.GetDescriptor()->FindOneofByName(oneof);
  std::vector<std::string> arms;
  for (int i = 0; descriptor != nullptr && i < descriptor->field_count(); ++i) arms.push_back(descriptor->field(i)->name());
  return absl::StrCat("choose one of ", absl::StrJoin(arms, ", "));
}

std::string ChosenArm(const google::protobuf::Message& config, const std::string& oneof) {
  const google::protobuf::OneofDescriptor* descriptor = config.GetDescriptor()->FindOneofByName(oneof);
  const auto* arm = descriptor == nullptr ? nullptr : config.GetReflection()->GetOneofFieldDescriptor(config, descriptor);
  return arm == nullptr ? "" : arm->name();
}

void RequireOneof(const google::protobuf::Message& config, const std::string& oneof, absl::string_view path, ConfigProblems* problems) {
  const google::protobuf::OneofDescriptor* descriptor = config.GetDescriptor()->FindOneofByName(oneof);
  const bool is_set = descriptor != nullptr && config.GetReflection()->HasOneof(config, descriptor);
  if (!is_set) problems->Error(path, absl::StrCat("is required: ", ChooseOneOf(config, oneof)));
}

}  // namespace mica
