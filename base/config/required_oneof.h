// Which arm of a oneof is set, and an error if none is.
//   ChosenArm(experiment.optimizer(), "kind") == "adamw"
//   RequireOneof(config, "kind", "model", problems);
//   // "model is required: choose one of linear, linear_relu, tiny_vgg"
#ifndef MICA_BASE_CONFIG_REQUIRED_ONEOF_H_
#define MICA_BASE_CONFIG_REQUIRED_ONEOF_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"

namespace mica {

// "choose one of linear, linear_relu, tiny_vgg", from the schema. The message must have `oneof`.
std::string ChooseOneOf(const google::protobuf::Message& config, const std::string& oneof);

// The name of the arm that is set; "" for none.
std::string ChosenArm(const google::protobuf::Message& config, const std::string& oneof);

// Reports an error if no arm of `oneof` is set.
void RequireOneof(const google::protobuf::Message& config, const std::string& oneof, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_REQUIRED_ONEOF_H_
