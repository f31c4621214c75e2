// Messages from text, for tests: ParseTextOrDie<ScheduleConfig>("cosine {}"). A text that does not
// parse aborts the test.
#ifndef MICA_BASE_CONFIG_PARSE_TEXT_OR_DIE_H_
#define MICA_BASE_CONFIG_PARSE_TEXT_OR_DIE_H_

#include <glog/logging.h>
#include <google/protobuf/text_format.h>

#include <string>

namespace mica {

template <typename Message>
Message ParseTextOrDie(const std::string& text) {
  Message message;
  CHECK(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

}  // namespace mica

#endif  // MICA_BASE_CONFIG_PARSE_TEXT_OR_DIE_H_
