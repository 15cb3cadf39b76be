#include "json/infer_schema.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace tarn::json {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

constexpr size_t kMapKeysMin = 32;
constexpr int64_t kMapShare = 4;
constexpr int kPrecisionMax = 38;
constexpr int kBigintPrecision = 20;  // Spark's DECIMAL that holds every BIGINT

struct LessWithoutCase {
  bool operator()(const std::string& a, const std::string& b) const {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](unsigned char x, unsigned char y) { return std::toupper(x) < std::toupper(y); });
  }
};

/// Infers types and notes the keys that they leave out.
class TypeInference {
 public:
  TypePtr TypeOf(const ValueProfile& values, const std::string& path) {
    const int64_t count = values.num_not_null();
    if (count == 0) return arrow::utf8();
    if (values.num_objects == count) return TypeOfObjects(values, path);
    if (values.num_arrays == count) {
      if (values.elements == nullptr) return arrow::list(arrow::utf8());
      return arrow::list(TypeOf(*values.elements, path));
    }
    if (values.num_booleans == count) return arrow::boolean();
    if (values.num_integers + values.num_decimals == count) return TypeOfNumbers(values);
    if (values.num_dates == count) return arrow::date32();
    if (values.num_dates + values.num_timestamps == count) {
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    }
    return arrow::utf8();
  }

  // The members that can be columns or fields.
  std::vector<const ValueProfile*> Fields(const ValueProfile& object, const std::string& path) {
    std::map<std::string, const ValueProfile*, LessWithoutCase> chosen;
    for (const auto& member : object.members) {
      const ValueProfile*& choice = chosen[member->key];
      if (choice == nullptr || member->num_values > choice->num_values) choice = member.get();
    }
    std::vector<const ValueProfile*> fields;
    for (const auto& member : object.members) {
      const ValueProfile* const choice = chosen[member->key];
      if (member->key.empty()) {
        left_out_.push_back({path + "\"\"", "a column can't have an empty name"});
      } else if (choice != member.get()) {
        left_out_.push_back({path + member->key, "it is " + choice->key +
                                                     " but for case, which names don't "
                                                     "distinguish; more records have that one"});
      } else {
        fields.push_back(choice);
      }
    }
    return fields;
  }

  arrow::FieldVector FieldsOf(const std::vector<const ValueProfile*>& members,
                              const std::string& path) {
    arrow::FieldVector fields;
    for (const ValueProfile* member : members) {
      fields.push_back(arrow::field(member->key, TypeOf(*member, path + member->key + ".")));
    }
    return fields;
  }

  std::vector<LeftOutKey> TakeLeftOut() { return std::move(left_out_); }

 private:
  static TypePtr TypeOfNumbers(const ValueProfile& values) {
    if (values.num_decimals > 0 || values.num_digits_max > kPrecisionMax) return arrow::float64();
    if (values.num_digits_max == 0) return arrow::int64();
    const bool has_bigint = values.integer_min <= values.integer_max;
    const auto precision = static_cast<int32_t>(values.num_digits_max);
    return arrow::decimal128(has_bigint ? std::max(precision, kBigintPrecision) : precision, 0);
  }

  TypePtr TypeOfObjects(const ValueProfile& values, const std::string& path) {
    if (values.map_values != nullptr) {
      return arrow::map(arrow::utf8(), TypeOf(*values.map_values, path));
    }
    if (!IsMap(values)) {
      const std::vector<const ValueProfile*> fields = Fields(values, path);
      if (!fields.empty()) return arrow::struct_(FieldsOf(fields, path));
    }
    return arrow::map(arrow::utf8(), TypeOf(*Profile::MergeMembers(values), path));
  }

  std::vector<LeftOutKey> left_out_;
};

// Whether the two may share a type without becoming STRING for it.
bool IsSameKind(const arrow::DataType& a, const arrow::DataType& b) {
  const auto is_number = [](const arrow::DataType& type) {
    return type.id() == arrow::Type::INT64 || type.id() == arrow::Type::DOUBLE ||
           type.id() == arrow::Type::DECIMAL128;
  };
  return a.id() == b.id() || (is_number(a) && is_number(b));
}

}  // namespace

bool IsMap(const ValueProfile& object) {
  if (object.map_values != nullptr) return true;
  const size_t num_keys = object.members.size();
  if (num_keys <= kMapKeysMin) return false;
  int64_t num_values = 0;
  for (const auto& member : object.members) num_values += member->num_values;
  if (num_values * kMapShare > object.num_objects * static_cast<int64_t>(num_keys)) return false;
  TypePtr shared;
  for (const auto& member : object.members) {
    if (member->num_not_null() == 0) continue;
    TypePtr type = InferType(*member);
    if (shared != nullptr && !IsSameKind(*shared, *type)) return false;
    shared = std::move(type);
  }
  return true;
}

TypePtr InferType(const ValueProfile& values) { return TypeInference().TypeOf(values, ""); }

InferredSchema InferSchema(const Profile& profile) {
  TypeInference inference;
  InferredSchema inferred;
  inferred.columns = inference.Fields(profile.record(), "");
  inferred.schema = arrow::schema(inference.FieldsOf(inferred.columns, ""));
  inferred.left_out = inference.TakeLeftOut();
  return inferred;
}

}  // namespace tarn::json
