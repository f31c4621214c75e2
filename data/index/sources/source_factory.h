// From a config to the source that it describes.
#ifndef MICA_DATA_INDEX_SOURCES_SOURCE_FACTORY_H_
#define MICA_DATA_INDEX_SOURCES_SOURCE_FACTORY_H_

#include <memory>

#include "data/index/sources/sample_source.h"
#include "data/index/sources/source.pb.h"

namespace mica {

// The source of the `kind` that is set; nullptr if none is. `config` must outlive it.
std::unique_ptr<SampleSource> CreateSampleSource(const SourceConfig& config);

// Reports what is wrong with a source's settings. `path` is the path of the SourceConfig.
void ValidateSourceConfig(const SourceConfig& config, absl::string_view path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SOURCES_SOURCE_FACTORY_H_
