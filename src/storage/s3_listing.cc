#include "storage/s3_listing.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "s3/bucket_service.h"
#include "s3/uri.h"
#include "storage/glob_matcher.h"
#include "storage/key_range.h"
#include "storage/listing_order.h"
#include "storage/page_requests.h"

namespace tarn::storage {
namespace {

using s3::ListedObject;
using s3::ListPage;

// A stream is not cut into shorter ones.
constexpr double kPagesPerStreamMin = 4;
// A level is not surveyed when its folders have fewer keys each: the survey would be no shorter
// than what it saves.
constexpr size_t kKeysPerFolderMin = 4;

// The folder of `key` one level below `level`, its slash included; "" for a file at the level.
std::string_view FolderBelow(std::string_view key, std::string_view level) {
  const size_t slash = key.find('/', level.size());
  return slash == std::string_view::npos ? std::string_view{} : key.substr(0, slash + 1);
}

// One of the glob's branches, in terms of keys.
class KeyMatcher {
 public:
  KeyMatcher(const GlobBranch& branch, const Period& period)
      : matcher_(branch, period), is_literal_(branch.segments.empty()) {
    if (!branch.literal_prefix.empty()) root_ = branch.literal_prefix.substr(1) + '/';
  }

  // Where the keys begin, with a slash; "" is the bucket.
  const std::string& root() const { return root_; }

  bool Matches(std::string_view key) const {
    if (key.ends_with('/')) return false;
    if (!key.starts_with(root_)) return is_literal_ && root_.starts_with(key) && IsRoot(key);
    return matcher_.Matches(key.substr(root_.size()));
  }

  // The folder in which `key`, below the root, lies and in which nothing matches, "" when none is
  // known.
  std::string_view DeadFolder(std::string_view key) const {
    if (!key.starts_with(root_)) return {};
    const size_t length = matcher_.DeadFolderLength(key.substr(root_.size()));
    return length == 0 ? std::string_view{} : key.substr(0, root_.size() + length);
  }

 private:
  bool IsRoot(std::string_view key) const { return key.size() + 1 == root_.size(); }

  const GlobMatcher matcher_;
  const bool is_literal_;
  std::string root_;
};

// Flat pages, one after another.
struct Stream {
  const KeyMatcher* matcher;
  KeyRange range;
  std::string position;  // every key up to here was seen
  bool is_done = false;
};

// A listing of the folders at one level, page by page, by which a stream is cut.
struct Survey {
  std::string level;
  std::shared_ptr<Stream> stream;  // what may be cut yet: the last one
  double pages_per_folder;
  std::string position;  // up to where it came
};

class BucketListing {
 public:
  BucketListing(s3::Client* client, int64_t memory_bytes_max)
      : client_(client),
        is_ordered_(!s3::IsDirectoryBucket(client->bucket())),
        memory_bytes_max_(memory_bytes_max),
        requests_(client) {}

  Result<std::vector<ObjectInfo>> Run(const Glob& glob) {
    for (const GlobBranch& branch : glob.branches) {
      matchers_.push_back(std::make_unique<KeyMatcher>(branch, glob.period));
      for (KeyRange& range : RangesOf(branch, glob.period)) {
        if (!is_ordered_) range = {range.prefix.substr(0, range.prefix.rfind('/') + 1), "", ""};
        Begin(matchers_.back().get(), std::move(range));
      }
    }
    ARROW_RETURN_NOT_OK(requests_.Run());
    SortByPath(&found_);
    return std::move(found_);
  }

 private:
  std::shared_ptr<Stream> Begin(const KeyMatcher* matcher, KeyRange range) {
    auto stream = std::make_shared<Stream>(Stream{matcher, range, range.after});
    AskPage(stream, "", std::move(range.after));
    return stream;
  }

  void AskPage(const std::shared_ptr<Stream>& stream, std::string token, std::string start_after) {
    requests_.Ask(stream->range.prefix, "", std::move(token), std::move(start_after),
                  [this, stream](const ListPage& page) {
                    HandlePage(stream, page);
                    return CheckMemory(*stream);
                  });
  }

  // Whether any of the objects matches.
  bool Keep(const KeyMatcher& matcher, const std::vector<ListedObject>& objects) {
    const size_t num_before = found_.size();
    for (const ListedObject& object : objects) {
      if (!matcher.Matches(object.key)) continue;
      found_.push_back({s3::ToUri({client_->bucket(), object.key}), object.size_bytes,
                        object.modified_ns, object.etag});
      held_bytes_ += static_cast<int64_t>(sizeof(ObjectInfo) + found_.back().path.size() +
                                          found_.back().etag.size());
    }
    return found_.size() > num_before;
  }

  Status CheckMemory(const Stream& stream) const {
    if (held_bytes_ <= memory_bytes_max_) return Status::OK();
    return Status::IOError(
        "The listing does not end, or does not fit into memory; after ", found_.size(),
        " files; name a longer path: ", s3::ToUri({client_->bucket(), stream.range.prefix}));
  }

  void HandlePage(const std::shared_ptr<Stream>& stream, const ListPage& page) {
    const bool any_match = Keep(*stream->matcher, page.objects);
    if (!page.objects.empty()) stream->position = page.objects.back().key;
    stream->is_done = page.next_token.empty() || IsBehind(*stream);
    if (stream->is_done) return;
    const std::string& root = stream->matcher->root();
    if (is_ordered_ && root.size() == stream->range.prefix.size() + 1) {
      // A glob without wildcards: its object comes first, then others such as `name.old`.
      stream->is_done = true;
      Begin(stream->matcher, {root, "", ""});
      return;
    }
    if (!page.objects.empty()) ConsiderSurvey(stream, page, any_match);
    GoOn(stream, page.next_token);
  }

  static bool IsBehind(const Stream& stream) {
    return !stream.range.upto.empty() && stream.position >= stream.range.upto;
  }

  void GoOn(const std::shared_ptr<Stream>& stream, const std::string& token) {
    const std::string_view dead =
        is_ordered_ ? stream->matcher->DeadFolder(stream->position) : std::string_view{};
    if (dead.empty()) {
      AskPage(stream, token, stream->position);
      return;
    }
    stream->is_done = stream->range.prefix.starts_with(dead);
    stream->position = EndOfPrefix(std::string(dead));
    stream->is_done = stream->is_done || IsBehind(*stream);
    if (!stream->is_done) AskPage(stream, "", stream->position);
  }

  void ConsiderSurvey(const std::shared_ptr<Stream>& stream, const ListPage& page, bool any_match) {
    if (!is_ordered_ || (any_match && requests_.num_free() < PageRequests::kInFlightMax / 2)) {
      return;
    }
    const std::string& first = page.objects.front().key;
    const std::string& last = page.objects.back().key;
    std::string level = stream->range.prefix;
    while (surveyed_.contains({stream->matcher, level})) {
      const std::string_view below = FolderBelow(first, level);
      if (below.empty() || !last.starts_with(below)) return;
      level = below;
    }
    size_t num_folders = 0;
    std::string_view folder;
    for (const ListedObject& object : page.objects) {
      const std::string_view next = FolderBelow(object.key, level);
      if (!next.empty() && next != folder) ++num_folders;
      folder = next;
    }
    if (num_folders == 0 || page.objects.size() < num_folders * kKeysPerFolderMin) return;
    surveyed_.emplace(stream->matcher, level);
    AskSurvey({level, stream, 1.0 / static_cast<double>(num_folders), ""}, "");
  }

  void AskSurvey(Survey survey, std::string token) {
    std::string level = survey.level;
    std::string position = survey.position;
    requests_.Ask(std::move(level), "/", std::move(token), std::move(position),
                  [this, survey = std::move(survey)](const ListPage& page) {
                    HandleSurvey(survey, page);
                    return Status::OK();
                  });
  }

  void HandleSurvey(Survey survey, const ListPage& page) {
    // Files at the level may lie where no stream will be.
    Keep(*survey.stream->matcher, page.objects);
    if (survey.stream->is_done) return;
    const bool is_last = page.next_token.empty() || KnowsRest(survey, page);
    Cut(&survey, page);
    if (is_last) return;
    survey.position = std::max(survey.position, EndOfPage(survey, page));
    AskSurvey(std::move(survey), page.next_token);
  }

  // Leave to the stream what comes first, and begin others for the rest.
  void Cut(Survey* survey, const ListPage& page) {
    Stream* stream = survey->stream.get();
    std::vector<KeyRange> ranges = RangesBetween(*survey, page);
    stream->range.upto = ranges.front().upto;
    for (size_t i = 1; i < ranges.size(); ++i) {
      survey->stream = Begin(stream->matcher, std::move(ranges[i]));
    }
  }

  // The ranges that the stream's rest is cut into, at folders that match. The first one is where
  // the stream is now.
  std::vector<KeyRange> RangesBetween(const Survey& survey, const ListPage& page) const {
    const Stream& stream = *survey.stream;
    std::vector<std::pair<std::string, bool>> folders;  // and whether anything may match there
    for (const std::string& folder : page.prefixes) {
      if (folder <= stream.position) continue;
      if (!stream.range.upto.empty() && folder >= stream.range.upto) break;
      folders.emplace_back(folder, stream.matcher->DeadFolder(folder).empty());
    }
    const auto num_matching =
        std::count_if(folders.begin(), folders.end(), [](const auto& each) { return each.second; });
    const double num_pages = static_cast<double>(num_matching) * survey.pages_per_folder;
    const double num_streams =
        std::clamp(num_pages / kPagesPerStreamMin, 1.0, std::max(1.0, 1.0 * requests_.num_free()));
    const double folders_per_stream = static_cast<double>(num_matching) / num_streams;
    const std::string end = stream.range.upto;

    std::vector<KeyRange> ranges = {{stream.range.prefix, stream.position, end}};
    double num_folders = 0;           // of the last range
    std::vector<std::string> unused;  // folders since
    const auto is_gap = [&] { return unused.size() * survey.pages_per_folder >= 1; };
    for (const auto& [folder, may_match] : folders) {
      if (!may_match) {
        unused.push_back(folder);
        continue;
      }
      if (is_gap() || num_folders >= folders_per_stream) {
        ranges.back().upto = unused.empty() ? folder : unused.front();
        ranges.push_back({stream.range.prefix, folder, end});
        num_folders = 0;
      }
      ++num_folders;
      unused.clear();
    }
    if (is_gap()) {
      ranges.back().upto = unused.front();
      if (!KnowsRest(survey, page)) {
        ranges.push_back({stream.range.prefix, EndOfPage(survey, page), end});
      }
    }
    return ranges;
  }

  // Whether the survey knows every folder and file that the stream had left.
  static bool KnowsRest(const Survey& survey, const ListPage& page) {
    const KeyRange& range = survey.stream->range;
    if (range.upto.empty()) return page.next_token.empty() && survey.level == range.prefix;
    return EndOfPage(survey, page) >= range.upto;
  }

  // Up to where the survey knows them.
  static std::string EndOfPage(const Survey& survey, const ListPage& page) {
    if (page.next_token.empty()) return EndOfPrefix(survey.level);
    std::string end = page.prefixes.empty() ? "" : page.prefixes.back();
    if (!page.objects.empty()) end = std::max(end, page.objects.back().key);
    return end;
  }

  s3::Client* const client_;
  const bool is_ordered_;
  const int64_t memory_bytes_max_;
  PageRequests requests_;
  std::vector<std::unique_ptr<KeyMatcher>> matchers_;
  std::set<std::pair<const KeyMatcher*, std::string>> surveyed_;
  std::vector<ObjectInfo> found_;
  int64_t held_bytes_ = 0;  // of found_
};

}  // namespace

Result<std::vector<ObjectInfo>> ListS3(s3::Client* client, const Glob& glob,
                                       int64_t memory_bytes_max) {
  return BucketListing(client, memory_bytes_max).Run(glob);
}

}  // namespace tarn::storage
