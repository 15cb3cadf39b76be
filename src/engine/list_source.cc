#include "engine/list_source.h"

#include <fmt/format.h>

#include "storage/no_match.h"
#include "storage/stoppable_storage.h"

namespace tarn::engine {

Result<storage::Listing> ListSource(storage::Storages* storages, const pipeline::Source& source,
                                    const arrow::StopToken& stop, const Increment* increment) {
  if (increment != nullptr) {
    const auto files = increment->files.find(source.name);
    if (files != increment->files.end()) return files->second;
  }
  Result<storage::Listing> listing =
      storage::ListUntil(*storages, stop, source.paths, source.period);
  std::optional<std::string> missing = storage::NoMatchText(listing, source.paths, source.period);
  if (!missing) return listing;
  Diagnostic diagnostic;
  diagnostic.file = source.toml_line > 0 ? source.toml_file : "";
  diagnostic.line = source.toml_line;
  diagnostic.subject = fmt::format("source.{}.path", source.name);
  diagnostic.message = *std::move(missing);
  diagnostic.hint = fmt::format(
      "check lake.input and source.{0}.path, or name the files with --set "
      "source.{0}.path='FOLDER/*.json'",
      source.name);
  return MakeError({std::move(diagnostic)});
}

}  // namespace tarn::engine
