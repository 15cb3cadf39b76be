#include "session/session.h"

#include <utility>

#include "session/pipeline_files.h"
#include "session/s3_settings.h"

namespace tarn::session {

Session::Session(std::unique_ptr<pipeline::Pipeline> pipeline)
    : pipeline_(std::move(pipeline)),
      storages_(std::make_shared<s3::Buckets>(SettingsOf(*pipeline_))) {}

Result<std::unique_ptr<Session>> Session::Open(const std::string& directory,
                                               const pipeline::LoadOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto pipeline, LoadPipeline(directory, options));
  return std::unique_ptr<Session>(new Session(std::move(pipeline)));
}

}  // namespace tarn::session
