#include "engine/new_field.h"

#include <fmt/format.h>

namespace tarn::engine {

Status NewFieldError(ErrorPlace place, const std::string& source, const std::string& key,
                     const std::string& value) {
  return MakeError(ErrorKind::kBadInput,
                   {fmt::format("the schema of source {} has no field \"{}\", whose value is {}",
                                source, key, value),
                    "add it to the schema, or set on_new_field = \"report\"", std::move(place)});
}

}  // namespace tarn::engine
