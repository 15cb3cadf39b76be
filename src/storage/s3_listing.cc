#include "storage/s3_listing.h"

#include "s3/result_of.h"
#include "s3/uri.h"

namespace tarn::storage {
namespace {

bool Matches(std::string_view path, std::span<const GlobSegment> segments) {
  if (segments.empty()) return true;
  const size_t slash = path.find('/');
  const std::string_view name = path.substr(0, slash);
  if (segments[0].any_depth) {
    if (Matches(path, segments.subspan(1))) return true;
    return slash != std::string_view::npos && Matches(path.substr(slash + 1), segments);
  }
  if (!MatchesSegment(segments[0].pattern, name)) return false;
  if (slash == std::string_view::npos) return segments.size() == 1;
  return segments.size() > 1 && Matches(path.substr(slash + 1), segments.subspan(1));
}

}  // namespace

Result<std::vector<ObjectInfo>> ListS3(s3::Client* client, const Glob& glob) {
  std::vector<ObjectInfo> found;
  const std::string prefix = glob.literal_prefix.empty() ? "" : glob.literal_prefix.substr(1);
  s3::ListPage page;
  do {
    ARROW_ASSIGN_OR_RAISE(page, s3::ResultOf(client->List(prefix, "", page.next_token)));
    for (const s3::ListedObject& object : page.objects) {
      std::string_view rest = std::string_view(object.key).substr(prefix.size());
      if (!rest.empty() && rest[0] != '/' && !prefix.empty()) continue;
      if (rest.starts_with('/')) rest.remove_prefix(1);
      if (object.key.ends_with('/') || !Matches(rest, glob.segments)) continue;
      found.push_back({s3::ToUri({client->bucket(), object.key}), object.size_bytes,
                       object.modified_ns, object.etag});
    }
  } while (!page.next_token.empty());
  return found;
}

}  // namespace tarn::storage
