#include "session/s3_settings.h"

#include <algorithm>

#include "s3/settings.h"

namespace tarn::session {

s3::Buckets::SettingsOfBucket SettingsOf(const pipeline::Pipeline& pipeline) {
  return [all = pipeline.s3, buckets = pipeline.buckets](const std::string& bucket) {
    const auto own = std::find_if(buckets.begin(), buckets.end(),
                                  [&](const auto& entry) { return entry.first == bucket; });
    return s3::Complete(own == buckets.end() ? all : own->second);
  };
}

}  // namespace tarn::session
