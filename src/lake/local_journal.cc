#include "lake/local_journal.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>

#include "lake/table_files.h"
#include "storage/local_file.h"
#include "storage/os_error.h"
#include "system/file_descriptor.h"

namespace tarn::lake {
namespace {

using storage::LocalFolder;
using storage::OsError;

constexpr std::string_view kJournalSuffix = ".json";
constexpr std::string_view kDraftSuffix = ".json.tmp";

std::string WithSuffix(std::string name, std::string_view suffix) { return name.append(suffix); }

Result<std::string> ReadWholeFile(const LocalFolder& folder, const std::string& name) {
  const std::string path = folder.PathOf(name);
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const FileDescriptor file(::openat(folder.number(), name.c_str(), kFlags));
  struct stat info;
  if (!file.is_open() || ::fstat(file.number(), &info) != 0) {
    return OsError(errno, "open a file", path);
  }
  if (!S_ISREG(info.st_mode)) return Status::Invalid("not a file: ", path);
  std::string text(static_cast<size_t>(info.st_size), '\0');
  auto* buffer = reinterpret_cast<uint8_t*>(text.data());
  ARROW_ASSIGN_OR_RAISE(const int64_t length, storage::ReadAt(file, 0, info.st_size, buffer, path));
  text.resize(static_cast<size_t>(length));
  return text;
}

Result<Journal> ReadWithSuffix(const LocalFolder& journals, const std::string& run_id,
                               std::string_view suffix) {
  const std::string name = WithSuffix(run_id, suffix);
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadWholeFile(journals, name));
  Result<Journal> journal = JournalFromJson(text, run_id);
  if (journal.ok() && journal->phase) journal = Status::Invalid("it is one of a lake in S3");
  if (journal.ok()) return journal;
  return WithContext(journal.status(), "Cannot read the lake's journal " + journals.PathOf(name));
}

}  // namespace

Status DraftJournal(const LocalFolder& journals, const Journal& journal) {
  const std::string text = JournalToJson(journal);
  // What recovery would refuse must not decide a commit.
  ARROW_RETURN_NOT_OK(JournalFromJson(text, journal.run_id).status());
  return storage::WriteNewFile(journals, WithSuffix(journal.run_id, kDraftSuffix), text);
}

Status PlaceJournal(const LocalFolder& journals, const std::string& run_id) {
  ARROW_RETURN_NOT_OK(journals.Rename(WithSuffix(run_id, kDraftSuffix), journals,
                                      WithSuffix(run_id, kJournalSuffix)));
  return journals.Sync();
}

Result<Journal> ReadDraft(const LocalFolder& journals, const std::string& run_id) {
  return ReadWithSuffix(journals, run_id, kDraftSuffix);
}

Result<Journal> ReadJournal(const LocalFolder& journals, const std::string& run_id) {
  return ReadWithSuffix(journals, run_id, kJournalSuffix);
}

Result<std::string> ReadJournalText(const LocalFolder& journals, const std::string& run_id) {
  return ReadWholeFile(journals, WithSuffix(run_id, kJournalSuffix));
}

Status MoveJournal(const LocalFolder& journals, const std::string& run_id,
                   const LocalFolder& target) {
  const std::string name = WithSuffix(run_id, kJournalSuffix);
  return journals.Rename(name, target, name);
}

Status RemoveDraft(const LocalFolder& journals, const std::string& run_id) {
  return journals.RemoveFile(WithSuffix(run_id, kDraftSuffix));
}

Status RemoveJournal(const LocalFolder& journals, const std::string& run_id) {
  return journals.RemoveFile(WithSuffix(run_id, kJournalSuffix));
}

Result<RunsWithJournals> ListJournals(const LocalFolder& journals) {
  RunsWithJournals runs;
  ARROW_ASSIGN_OR_RAISE(const auto entries, journals.List());
  for (const LocalFolder::Entry& entry : entries) {
    std::string_view name = entry.name;
    for (const auto& [suffix, names] :
         {std::pair(kJournalSuffix, &runs.journals), std::pair(kDraftSuffix, &runs.drafts)}) {
      if (entry.is_folder || !name.ends_with(suffix)) continue;
      const std::string_view run_id = name.substr(0, name.size() - suffix.size());
      // A hidden one is no run's, but for example what macOS keeps beside a file that it copies.
      if (IsPlainName(run_id)) names->emplace_back(run_id);
    }
  }
  return runs;
}

}  // namespace tarn::lake
