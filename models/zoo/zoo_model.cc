#include "models/zoo/zoo_model.h"

#include <glog/logging.h>
#include <google/protobuf/text_format.h>

namespace mica {

InitialisationConfig ZooInitialisation(const std::string& rules) {
  InitialisationConfig config;
  CHECK(google::protobuf::TextFormat::ParseFromString(rules, &config)) << rules;
  return config;
}

}  // namespace mica
