#include "data/index/sources/source_factory.h"

#include "base/config/required_oneof.h"
#include "data/index/sources/class_folders.h"
#include "data/index/sources/csv_list.h"
#include "data/index/sources/file_names.h"
#include "data/index/sources/list_file.h"
#include "data/index/sources/tar_shards.h"

namespace mica {

std::unique_ptr<SampleSource> CreateSampleSource(const SourceConfig& config) {
  switch (config.kind_case()) {
    case SourceConfig::kClassFolders:
      return std::make_unique<ClassFolders>(config.class_folders());
    case SourceConfig::kListFile:
      return std::make_unique<ListFile>(config.list_file());
    case SourceConfig::kCsv:
      return std::make_unique<CsvList>(config.csv());
    case SourceConfig::kFileNames:
      return std::make_unique<FileNames>(config.file_names());
    case SourceConfig::kPictures:
      return std::make_unique<Pictures>(config.pictures());
    case SourceConfig::kTarShards:
      return std::make_unique<TarShards>(config.tar_shards());
    case SourceConfig::KIND_NOT_SET:
      return nullptr;
  }
  return nullptr;
}

void ValidateSourceConfig(const SourceConfig& config, absl::string_view path, ConfigProblems* problems) {
  const std::unique_ptr<SampleSource> source = CreateSampleSource(config);
  if (source == nullptr) return RequireOneof(config, "kind", path, problems);
  const std::string arm = config.GetDescriptor()->FindFieldByNumber(config.kind_case())->name();
  source->Validate(JoinPath(path, arm), problems);
}

}  // namespace mica
