// The layout of WebDataset: train-000000.tar, train-000001.tar, … with the members NAME.png and
// NAME.cls of each picture side by side; NAME.cls holds the label, a number. Unlabelled pictures have
// none. The same pictures give the same bytes (tar_format.h).
#ifndef MICA_DATA_EXPORT_TAR_LAYOUT_H_
#define MICA_DATA_EXPORT_TAR_LAYOUT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "data/export/export_folder.h"
#include "data/export/layout_writer.h"

namespace mica {

// A shard ends before either limit is passed. A larger picture has one for itself.
struct ShardLimits {
  int64_t samples = 1000;
  int64_t bytes = int64_t{256} << 20;  // of the shard, without the zeros at its end
};

class TarLayoutWriter : public LayoutWriter {
 public:
  explicit TarLayoutWriter(ExportFolder& folder, ShardLimits limits = ShardLimits()) : folder_(folder), limits_(limits) {}

  absl::Status Add(const PictureToPlace& picture) override;
  absl::Status End() override;

 private:
  // The shard of a part that is being filled.
  struct Shard {
    std::unique_ptr<ExportFile> file;
    int64_t samples = 0;
    int64_t number = 0;
  };

  absl::Status Finish(Shard* shard);

  ExportFolder& folder_;
  const ShardLimits limits_;
  std::map<std::string, Shard> shards_;  // by part
};

}  // namespace mica

#endif  // MICA_DATA_EXPORT_TAR_LAYOUT_H_
