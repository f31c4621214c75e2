// A reader of event files for tests, which shares nothing with the writer: it computes checksums
// bit by bit.
//   for (const tensorboard::Event& event : ReadEventFile(path)) …
#ifndef MICA_VIZ_TENSORBOARD_READ_EVENTS_H_
#define MICA_VIZ_TENSORBOARD_READ_EVENTS_H_

#include <string>
#include <vector>

#include "viz/tensorboard/event.pb.h"

namespace mica {

struct EventRecords {
  std::vector<std::string> records;
  bool whole = false;  // else the record behind them is cut off, or a checksum is wrong
};
EventRecords ReadEventRecords(const std::string& bytes);

// The events in these bytes. Ends the test program unless all are whole and known fields alone.
std::vector<tensorboard::Event> ParseEvents(const std::string& bytes);

// The events of a file.
std::vector<tensorboard::Event> ReadEventFile(const std::string& path);

}  // namespace mica

#endif  // MICA_VIZ_TENSORBOARD_READ_EVENTS_H_
