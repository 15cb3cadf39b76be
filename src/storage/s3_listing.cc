#include "storage/s3_listing.h"

#include "s3/uri.h"
#include "storage/glob_matcher.h"
#include "storage/listing_order.h"

namespace tarn::storage {

Result<std::vector<ObjectInfo>> ListS3(s3::Client* client, const Glob& glob) {
  std::vector<ObjectInfo> found;
  for (const GlobBranch& branch : glob.branches) {
    const GlobMatcher matcher(branch, glob.period);
    const std::string root = branch.literal_prefix.empty() ? "" : branch.literal_prefix.substr(1);
    s3::ListPage page;
    do {
      ARROW_ASSIGN_OR_RAISE(page, client->List(root, "", page.next_token).MoveResult());
      for (const s3::ListedObject& object : page.objects) {
        if (object.key.ends_with('/')) continue;
        std::string_view rest = std::string_view(object.key).substr(root.size());
        const bool is_root = rest.empty() && branch.segments.empty();
        if (!is_root && !root.empty() && !rest.starts_with('/')) continue;
        if (!root.empty() && !is_root) rest.remove_prefix(1);
        if (!is_root && !matcher.Matches(rest)) continue;
        found.push_back({s3::ToUri({client->bucket(), object.key}), object.size_bytes,
                         object.modified_ns, object.etag});
      }
    } while (!page.next_token.empty());
  }
  SortByPath(&found);
  return found;
}

}  // namespace tarn::storage
