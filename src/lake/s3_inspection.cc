#include "lake/s3_inspection.h"

#include <fmt/format.h>

#include <set>
#include <unordered_set>
#include <utility>

#include "lake/s3_objects.h"
#include "lake/table_files.h"
#include "s3/many_calls.h"
#include "s3/s3_error.h"
#include "s3/told_keys.h"
#include "s3/uri.h"

namespace tarn::lake {
namespace {

constexpr size_t kHeadsInFlight = 256;

// Looks at one table.
class TableInspection {
 public:
  TableInspection(const LakeKeys& keys, const std::unordered_map<std::string, int64_t>& sizes,
                  const TableChange& change)
      : keys_(keys), sizes_(sizes), folder_(keys.table(change.table)) {
    for (const std::string& path : change.adds) unseen_.insert(folder_ + path);
  }

  // The paths of the table's old files.
  Result<std::vector<std::string>> Run() {
    ARROW_RETURN_NOT_OK(List());
    if (!unseen_.empty()) {
      ARROW_RETURN_NOT_OK(AskForUnseen());
      ARROW_RETURN_NOT_OK(List());
    }
    std::vector<std::string> old(old_.begin(), old_.end());
    std::vector<std::string> old_keys;
    for (const std::string& path : old) old_keys.push_back(folder_ + path);
    ARROW_RETURN_NOT_OK(s3::CheckKeysAreTold(keys_.client.get(), old_keys));
    ARROW_RETURN_NOT_OK(CheckOwnFiles(UriOf(folder_), old));
    return old;
  }

 private:
  std::string UriOf(const std::string& key) const {
    return s3::ToUri({keys_.client->bucket(), key});
  }

  Status List() {
    return VisitPages(keys_.client.get(), folder_, "",
                      [&](const s3::ListPage& page) -> Result<bool> {
                        for (const s3::ListedObject& object : page.objects) See(object);
                        return true;
                      });
  }

  void See(const s3::ListedObject& object) {
    const auto published = sizes_.find(object.key);
    if (published != sizes_.end()) {
      if (object.size_bytes == published->second) unseen_.erase(object.key);
      return;
    }
    std::string path = object.key.substr(folder_.size());
    if (IsTablePath(path)) old_.insert(std::move(path));
  }

  Status AskForUnseen() const {
    s3::CallWindow calls(kHeadsInFlight);
    for (const std::string& key : unseen_) {
      const int64_t size_bytes = sizes_.at(key);
      calls.Add(keys_.client->Head(key).Then(
          [size_bytes, uri = UriOf(key)](const s3::ObjectData& object) {
            if (object.size_bytes == size_bytes) return Status::OK();
            return NotTaken(uri, size_bytes, fmt::format("{} bytes are", object.size_bytes));
          },
          [size_bytes, uri = UriOf(key)](const Status& status) {
            return s3::IsNotFound(status) ? NotTaken(uri, size_bytes, "nothing is") : status;
          }));
    }
    return calls.Finish();
  }

  static Status NotTaken(const std::string& uri, int64_t size_bytes, const std::string& found) {
    return MakeError(
        ErrorKind::kFailed,
        fmt::format("S3 reported that it stored an object, but {} there where {} bytes were sent; "
                    "the old tables stay, run again: {}",
                    found, size_bytes, uri));
  }

  const LakeKeys& keys_;
  const std::unordered_map<std::string, int64_t>& sizes_;
  const std::string folder_;
  std::unordered_set<std::string> unseen_;  // keys
  std::set<std::string> old_;               // paths
};

}  // namespace

Result<std::vector<std::string>> ListTablePaths(const LakeKeys& keys, const std::string& table) {
  const std::string folder = keys.table(table);
  ARROW_ASSIGN_OR_RAISE(auto paths, ListKeys(keys.client.get(), folder));
  for (std::string& path : paths) path.erase(0, folder.size());
  std::erase_if(paths, [](const std::string& path) { return !IsTablePath(path); });
  return paths;
}

Status InspectTables(const LakeKeys& keys, const std::unordered_map<std::string, int64_t>& sizes,
                     Journal* journal) {
  for (TableChange& change : journal->tables) {
    ARROW_ASSIGN_OR_RAISE(auto old, TableInspection(keys, sizes, change).Run());
    change.SetRemoves(std::move(old));
  }
  return Status::OK();
}

}  // namespace tarn::lake
