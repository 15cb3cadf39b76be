#include "infer/drift.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/units.h"
#include "infer/source_block.h"
#include "json/infer_schema.h"
#include "pipeline/ddl.h"

namespace tarn::infer {
namespace {

using Kind = Difference::Kind;

bool IsSameButForCase(const std::string& a, const std::string& b) {
  return a != b && SameName(a, b);
}

class DriftFinder {
 public:
  explicit DriftFinder(const Survey& survey) : survey_(survey) {}

  std::vector<Difference> Find(const arrow::Schema& declared) {
    const json::ValueProfile& record = survey_.profile.record();
    AddMisfits(declared, record);
    AddMalformed();
    for (const DamagedFile& damaged : survey_.damaged) {
      Difference difference{Kind::kDamagedFile, "", 0, damaged.reason, ""};
      difference.file = survey_.files[damaged.file].path;
      differences_.push_back(std::move(difference));
    }
    CompareFields(declared.fields(), record, "");
    return std::move(differences_);
  }

 private:
  void Add(Difference difference, const json::RecordPlace& first) {
    difference.file = survey_.files[first.file].path;
    difference.line = first.line + 1;
    differences_.push_back(std::move(difference));
  }

  void AddMisfits(const arrow::Schema& declared, const json::ValueProfile& record) {
    for (int i = 0; i < declared.num_fields(); ++i) {
      const Misfits& misfits = survey_.misfits[i];
      if (misfits.num_records == 0) continue;
      const arrow::Field& field = *declared.field(i);
      const json::ValueProfile* const seen = record.Find(field.name());
      std::string hint;
      if (seen != nullptr) {
        hint = fmt::format("declare {} {}", pipeline::DdlNameOf(field.name()),
                           pipeline::DdlOf(*json::InferType(*seen)));
      }
      Add({Kind::kMisfit, field.name(), misfits.num_records,
           fmt::format("{} of {} do not fit {}; the first: {}", FormatCount(misfits.num_records),
                       FormatCount(record.num_objects, "record"), pipeline::DdlOf(*field.type()),
                       misfits.reason),
           std::move(hint)},
          misfits.first);
    }
  }

  void AddMalformed() {
    const json::Profile& profile = survey_.profile;
    if (profile.num_bad_records() == 0) return;
    const json::Profile::Bad& first = profile.bad_records()[0];
    Add({Kind::kMalformed, "", profile.num_bad_records(),
         fmt::format("{} of {} are not valid JSON objects; the first: {}",
                     FormatCount(profile.num_bad_records()),
                     FormatCount(profile.num_records(), "record"), first.reason),
         ""},
        first.place);
  }

  // Keys of an object beside the fields that are declared for it.
  void CompareFields(const arrow::FieldVector& fields, const json::ValueProfile& object,
                     const std::string& path) {
    if (object.num_objects == 0) return;
    if (object.map_values != nullptr) {
      Add({Kind::kNewKey, path.substr(0, path.size() - 1), object.num_objects,
           "the objects have too many different keys to compare them with the fields of a STRUCT",
           "declare MAP<STRING, " + pipeline::DdlOf(*json::InferType(*object.map_values)) + ">"},
          object.map_values->first);
      return;
    }
    for (const auto& field : fields) {
      const json::ValueProfile* const seen = object.Find(field->name());
      if (seen != nullptr) {
        CompareValues(*field->type(), *seen, path + field->name());
      } else {
        AddNeverPresent(*field, object, path);
      }
    }
    for (const auto& member : object.members) {
      const bool is_declared = std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
        return field->name() == member->key;
      });
      if (!is_declared) AddNewKey(*member, object, path);
    }
  }

  void CompareValues(const arrow::DataType& type, const json::ValueProfile& values,
                     const std::string& path) {
    if (type.id() == arrow::Type::STRUCT) {
      CompareFields(type.fields(), values, path + ".");
    } else if (type.id() == arrow::Type::LIST) {
      if (values.elements != nullptr) CompareValues(*type.field(0)->type(), *values.elements, path);
    } else if (type.id() == arrow::Type::MAP) {
      const auto& item = *static_cast<const arrow::MapType&>(type).item_type();
      if (values.map_values != nullptr) {
        CompareValues(item, *values.map_values, path);
      } else {
        CompareValues(item, *json::Profile::MergeMembers(values), path);
      }
    }
  }

  void AddNeverPresent(const arrow::Field& field, const json::ValueProfile& object,
                       const std::string& path) {
    std::string hint;
    for (const auto& member : object.members) {
      if (!IsSameButForCase(member->key, field.name())) continue;
      hint = "the data has " + member->key + "; case counts in keys";
    }
    differences_.push_back({Kind::kNeverPresent, path + field.name(), object.num_objects,
                            "no record has this key", std::move(hint)});
  }

  void AddNewKey(const json::ValueProfile& member, const json::ValueProfile& object,
                 const std::string& path) {
    const std::string example = member.examples.empty() ? "null" : member.examples[0];
    Add({Kind::kNewKey, path + member.key, member.num_values,
         fmt::format("the schema does not name this key; {} of {} have it, e.g. {}",
                     FormatCount(member.num_values),
                     FormatCount(object.num_objects, path.empty() ? "record" : "object"), example),
         fmt::format("declare {}{} {}", pipeline::DdlNameOf(member.key), path.empty() ? "" : ":",
                     pipeline::DdlOf(*json::InferType(member)))},
        member.first);
  }

  const Survey& survey_;
  std::vector<Difference> differences_;
};

}  // namespace

std::vector<Difference> FindDrift(const arrow::Schema& declared, const Survey& survey) {
  return DriftFinder(survey).Find(declared);
}

}  // namespace tarn::infer
