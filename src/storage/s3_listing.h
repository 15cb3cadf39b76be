#pragma once

#include <cstdint>
#include <vector>

#include "s3/client.h"
#include "storage/glob.h"
#include "storage/storage.h"
#include "system/machine.h"

namespace tarn::storage {

/// \brief Objects that match `glob`, sorted by path, with paths such as `s3://bucket/key`: as
/// Storage::List. Keys that end in `/`, markers of folders, are no files.
///
/// S3 lists a thousand keys a request, in order, from any place; one request waits for another only
/// where its place is learnt from it. So:
/// - It begins with a stream of flat pages for each literal text that keys can begin with, dates of
///   the period among it (RangesOf). Most listings end here, with the fewest requests there can be.
/// - A stream that comes to a folder in which nothing can match goes on behind the folder.
/// - Where a page is not the last one, and others could be asked for at the same time, or nothing
///   on it matches, the level above its keys is surveyed: one listing of the folders there, if they
///   hold enough keys to be worth it. What is left of the stream is cut at folders that match into
///   streams of several pages each, whose number follows from how many keys a folder had so far:
///   small folders next to each other stay one stream. Folders that do not match, and are as much
///   as a page, lie between streams.
/// Levels below are surveyed in turn while there are streams to spare.
///
/// One bucket's keys in no order (directory buckets, `…--x-s3`) are one stream per prefix, which
/// ends in a slash there.
/// Memory: what matches, and one page per request in flight, 32 at most.
/// \param[in] memory_bytes_max what the files found may take; a listing may be without an end
/// \return the first error of any page, with the URI that was listed
Result<std::vector<ObjectInfo>> ListS3(s3::Client* client, const Glob& glob,
                                       int64_t memory_bytes_max = ThisMachine().memory_bytes / 2);

}  // namespace tarn::storage
