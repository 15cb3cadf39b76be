#pragma once

#include <span>

#include "config/config_keys.h"

namespace tarn::pipeline {

/// \brief The sections of tarn.toml: pipeline, lake, run, s3, bucket, source, table.
std::span<const ConfigSection> ConfigSections();

}  // namespace tarn::pipeline
