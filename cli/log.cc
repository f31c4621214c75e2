#include "cli/log.h"

#include <glog/logging.h>

namespace mica {

void StartLog(const std::string& program) {
  if (google::IsGoogleLoggingInitialized()) return;
  FLAGS_logtostderr = true;                                    // until the flags are read
  FLAGS_logbuflevel = -1;                                      // a process that is killed has its last message in the file
  static const std::string& kept = *new std::string(program);  // glog keeps the address
  google::InitGoogleLogging(kept.c_str());
}

}  // namespace mica
