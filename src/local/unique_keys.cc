#include "local/unique_keys.h"

#include <algorithm>
#include <numeric>

#include "local/spill/order_key.h"

namespace tarn::local {
namespace {

bool HasNull(const EncodedKeys& keys, int64_t row) {
  return std::any_of(keys.columns().begin(), keys.columns().end(),
                     [row](const auto& column) { return column->IsNull(row); });
}

}  // namespace

Result<std::unique_ptr<UniqueKeys>> UniqueKeys::Make(const arrow::Schema& schema,
                                                     std::vector<int> columns,
                                                     StageContext context) {
  std::unique_ptr<UniqueKeys> keys(new UniqueKeys(std::move(columns), std::move(context)));
  for (const int column : keys->columns_) keys->types_.push_back(schema.field(column)->type());
  ARROW_ASSIGN_OR_RAISE(keys->seen_, keys->MakeSeen(/*level=*/0));
  return keys;
}

Result<UniqueKeys::Seen> UniqueKeys::MakeSeen(int level) const {
  Seen seen;
  ARROW_ASSIGN_OR_RAISE(
      seen.keys, SpillingKeys::Make(types_, /*keeps_keys=*/false, level, context_.spill.get()));
  return seen;
}

Result<EncodedKeys> UniqueKeys::Encode(const BatchPtr& batch) const {
  arrow::ArrayVector columns;
  for (const int column : columns_) columns.push_back(batch->column(column));
  return EncodeKeys(std::move(columns), batch->num_rows());
}

Status UniqueKeys::Consume(const BatchPtr& batch, const EncodedKeys& keys) {
  ARROW_ASSIGN_OR_RAISE(const BatchPtr rows, batch->SelectColumns(columns_));
  const int64_t number = num_batches_++;
  const uint32_t num_known = seen_.keys->num_keys();
  const auto keyed = [&]() -> Result<BatchPtr> {
    ARROW_ASSIGN_OR_RAISE(auto order, OrderKeysOfBatch(number, rows->num_rows()));
    return AddOrderKey(rows, std::move(order));
  };
  ARROW_ASSIGN_OR_RAISE(const auto numbers, seen_.keys->Insert(keys, keyed));
  grant_.Set(seen_.keys->num_bytes());
  if (grant_.has_to_shrink()) seen_.keys->Freeze();
  return Judge(
      rows, keys, *numbers, num_known, [&](int64_t row) { return NumberOfRow(number, row); },
      &seen_);
}

// `numbers` are those of the rows' keys, of which the first `num_known` were seen in rows before.
Status UniqueKeys::Judge(const BatchPtr& rows, const EncodedKeys& keys,
                         const arrow::UInt32Array& numbers, uint32_t num_known,
                         const NumberOf& number_of, Seen* seen) {
  const uint32_t num_new = seen->keys->num_keys() - num_known;
  if (num_new == rows->num_rows()) return Status::OK();
  std::vector<bool> is_seen(num_new, false);
  for (int64_t row = 0; row < rows->num_rows(); ++row) {
    if (numbers.IsNull(row)) continue;  // it is on disk
    const uint32_t number = numbers.Value(row);
    const bool is_repeated = number < num_known || is_seen[number - num_known];
    if (!is_repeated) is_seen[number - num_known] = true;
    if (!is_repeated || HasNull(keys, row)) continue;
    ++num_repeated_;
    // Rows come in order: later ones are not among the first.
    if (seen->in_sample.size() == kSampleRowsMax || !seen->in_sample.insert(number).second) {
      continue;
    }
    ARROW_RETURN_NOT_OK(AddSample(rows, row, number_of(row)));
  }
  return Status::OK();
}

Status UniqueKeys::AddSample(const BatchPtr& rows, int64_t row, int64_t number) {
  const auto later = std::find_if(sample_.begin(), sample_.end(),
                                  [number](const auto& other) { return other.first > number; });
  std::vector<int> columns(columns_.size());
  std::iota(columns.begin(), columns.end(), 0);
  ARROW_ASSIGN_OR_RAISE(SampleRow sample, SampleOf(*rows, columns, row));
  sample_.insert(later, {number, std::move(sample)});
  if (sample_.size() > kSampleRowsMax) sample_.pop_back();
  return Status::OK();
}

Status UniqueKeys::Finish() {
  ARROW_ASSIGN_OR_RAISE(auto parts, seen_.keys->TakeSpilled());
  seen_ = {};
  grant_.Set(0);
  return ProcessParts(std::move(parts), context_.poll, &grant_,
                      [this](const SpilledPart& part) { return JudgePart(part); });
}

Result<std::vector<SpilledPart>> UniqueKeys::JudgePart(const SpilledPart& part) {
  ARROW_ASSIGN_OR_RAISE(Seen seen, MakeSeen(part.level));
  for (size_t i = 0; i < part.rows.num_batches(); ++i) {
    ARROW_RETURN_NOT_OK(context_.poll());
    ARROW_ASSIGN_OR_RAISE(const BatchPtr keyed, part.rows.Read(i));
    const BatchPtr rows = WithoutOrderKey(keyed);
    ARROW_ASSIGN_OR_RAISE(const EncodedKeys keys, EncodeKeys(rows->columns(), rows->num_rows()));
    const uint32_t num_known = seen.keys->num_keys();
    ARROW_ASSIGN_OR_RAISE(const auto numbers, seen.keys->Insert(keys, [&] { return keyed; }));
    ARROW_RETURN_NOT_OK(Judge(
        rows, keys, *numbers, num_known, [&](int64_t row) { return NumberAt(*keyed, row); },
        &seen));
    grant_.Set(seen.keys->num_bytes());
    if (grant_.has_to_shrink()) seen.keys->Freeze();
  }
  return seen.keys->TakeSpilled();
}

std::vector<SampleRow> UniqueKeys::sample() const {
  std::vector<SampleRow> rows;
  for (const auto& [number, row] : sample_) rows.push_back(row);
  return rows;
}

}  // namespace tarn::local
