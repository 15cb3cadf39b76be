#include "session/source_files.h"

#include <algorithm>

#include "session/lake_error.h"

namespace tarn::session {
namespace {

Result<SourceFiles> VisitFilesOf(const pipeline::Source& source,
                                 const std::optional<ledger::LakeState>& state, lake::Lake* lake,
                                 storage::Storages* storages, const FileVisitor& visit) {
  ARROW_ASSIGN_OR_RAISE(const storage::Listing listing,
                        storages->List(source.paths, source.period));
  ledger::FileChanges changes;
  if (state && state->sources.contains(source.name)) {
    auto compared = ledger::CompareFiles(
        lake->storage(), lake->root(), source.name, listing.files, state->sources.at(source.name),
        [&](const ledger::ConsumedFile& file, ledger::FileFate fate) {
          return visit(source.name, file, fate);
        });
    ARROW_RETURN_NOT_OK(ReplacedError(compared.status()));
    changes = *std::move(compared);
  } else {
    changes.added = listing.files;
  }
  for (const storage::ObjectInfo& file : changes.added) {
    ARROW_RETURN_NOT_OK(visit(source.name, {file}, ledger::FileFate::kNew));
  }
  return SourceFiles{source.name, changes.num_same, std::ssize(changes.added), changes.num_changed,
                     changes.num_gone};
}

}  // namespace

Result<std::vector<SourceFiles>> VisitSourceFiles(const pipeline::Pipeline& pipeline,
                                                  const std::vector<std::string>& sources,
                                                  lake::Lake* lake, storage::Storages* storages,
                                                  const FileVisitor& visit) {
  ARROW_ASSIGN_OR_RAISE(const auto state, ledger::ReadLakeState(lake->storage(), lake->root()));
  std::vector<SourceFiles> all;
  for (const pipeline::Source& source : pipeline.sources) {
    const bool is_wanted =
        sources.empty() || std::find(sources.begin(), sources.end(), source.name) != sources.end();
    if (!is_wanted) continue;
    ARROW_ASSIGN_OR_RAISE(all.emplace_back(), VisitFilesOf(source, state, lake, storages, visit));
  }
  return all;
}

}  // namespace tarn::session
