#include "session/ledger_update.h"

#include <string_view>
#include <unordered_set>

#include "ledger/consumed_files.h"
#include "session/kept_state.h"
#include "session/table_inputs.h"

namespace tarn::session {
namespace {

// A ledger of more parts is written anew, as one.
constexpr size_t kPartsMax = 16;

// The part of a source's ledger that a run writes.
class Part {
 public:
  // \param[in] appends older parts stay
  static Result<Part> Make(const std::string& source, int64_t version, bool appends,
                           lake::Transaction* transaction) {
    ARROW_ASSIGN_OR_RAISE(auto writer,
                          ledger::ConsumedFilesWriter::Make(transaction, source, appends));
    return Part(std::move(writer), version, transaction->run_id());
  }

  Status AddOld(const ledger::ConsumedFile& file) {
    ++num_files_;
    return writer_->Add(file);
  }

  // Each file once, also one that several globs match.
  Status AddNew(const std::vector<storage::ObjectInfo>& files) {
    std::unordered_set<std::string_view> paths;
    for (const storage::ObjectInfo& file : files) {
      if (!paths.insert(file.path).second) continue;
      ++num_files_;
      ARROW_RETURN_NOT_OK(writer_->Add({file, version_, {}, {}, run_id_}));
    }
    return Status::OK();
  }

  // \return the number of its files
  Result<int64_t> Close() {
    ARROW_RETURN_NOT_OK(writer_->Close());
    return num_files_;
  }

 private:
  Part(std::unique_ptr<ledger::ConsumedFilesWriter> writer, int64_t version, std::string run_id)
      : writer_(std::move(writer)), version_(version), run_id_(std::move(run_id)) {}

  std::unique_ptr<ledger::ConsumedFilesWriter> writer_;
  int64_t version_;
  std::string run_id_;
  int64_t num_files_ = 0;
};

// The ledger of a source of which `state` is that after the run.
// \return how many files it has then
Result<int64_t> WriteFiles(const std::string& source, const SourceNow& now,
                           const ledger::SourceState& state, lake::Lake* lake,
                           lake::Transaction* transaction) {
  if (!now.has_grown()) {
    ARROW_ASSIGN_OR_RAISE(Part all, Part::Make(source, state.version, false, transaction));
    ARROW_RETURN_NOT_OK(all.AddNew(now.listing.files));
    return all.Close();
  }
  ARROW_ASSIGN_OR_RAISE(const auto parts,
                        ledger::ListParts(lake->storage().get(), lake->root(), source));
  const bool appends = parts.size() < kPartsMax;
  ARROW_ASSIGN_OR_RAISE(Part part, Part::Make(source, state.version, appends, transaction));
  if (!appends) {
    ARROW_RETURN_NOT_OK(
        ledger::VisitConsumedFiles(lake->storage(), lake->root(), source,
                                   [&](const auto& file) { return part.AddOld(file); }));
  }
  ARROW_RETURN_NOT_OK(part.AddNew(now.changes.added));
  ARROW_ASSIGN_OR_RAISE(const int64_t num_written, part.Close());
  return num_written + (appends ? state.num_files : 0);
}

engine::BadRecordCount Sum(const ledger::SourceState& before, const engine::BadRecordCount& added) {
  return {before.num_records + added.num_records, before.num_bad_records + added.num_bad};
}

// The state of a source after the run, whose files are written where they are other ones.
Result<ledger::SourceState> UpdateSource(const std::string& source, const SourceNow& now,
                                         const ComputedParts& computed, lake::Lake* lake,
                                         lake::Transaction* transaction) {
  ledger::SourceState state = now.before.value_or(ledger::SourceState{});
  const auto whole = computed.whole.find(source);
  const auto added = computed.added.find(source);
  engine::BadRecordCount count{state.num_records, state.num_bad_records};
  if (added != computed.added.end()) {
    count = Sum(state, added->second);
  } else if (whole != computed.whole.end()) {
    count = whole->second;
  }
  state.num_records = count.num_records;
  state.num_bad_records = count.num_bad;
  const bool is_same = now.before && now.changes.only_added() && now.changes.added.empty();
  if (is_same) return state;
  ++state.version;
  if (!now.has_grown()) state.base = state.version;
  ARROW_ASSIGN_OR_RAISE(state.num_files, WriteFiles(source, now, state, lake, transaction));
  return state;
}

// Who wrote the table last; "": nobody knows, and any run may have.
std::string RunBefore(const RunDecision& decision, const std::string& table) {
  if (!decision.before || !decision.before->tables.contains(table)) return "";
  return decision.StateOf(table).run_id;
}

// What is kept beside a table that the run has written.
std::optional<ledger::KeptState> KeptAfter(const std::string& name,
                                           const std::optional<ledger::KeptState>& before,
                                           const RunDecision& decision,
                                           const ComputedParts& computed) {
  const auto written = computed.states.find(name);
  if (written == computed.states.end()) return std::nullopt;
  const bool is_more = written->second.num_rows_added.has_value();
  return KeptStateAfter(is_more ? before : std::nullopt, decision.meanings_of_states.at(name),
                        written->second);
}

// The state of a table that is selected, after the run.
ledger::TableState StateAfter(const plan::Plan& plan, const std::string& name,
                              const RunDecision& decision, const ComputedParts& computed,
                              const std::map<std::string, ledger::SourceState>& sources,
                              const std::string& run_id) {
  ledger::TableState state;
  const auto written = computed.tables.find(name);
  if (written == computed.tables.end()) {
    state = decision.StateOf(name);
  } else {
    const run::TableWritten& table = written->second;
    if (table.num_rows_added) state = decision.StateOf(name);
    if (const auto kept = computed.kept.find(name); kept != computed.kept.end()) {
      state.num_files = kept->second.num_files;
      state.num_bytes = kept->second.num_bytes;
      state.run_id = RunBefore(decision, name);
    }
    state.num_rows = table.num_rows;
    state.num_files += table.num_files;
    state.num_bytes += table.num_bytes;
    if (table.num_files > 0) state.run_id = run_id;
    state.kept = KeptAfter(name, state.kept, decision, computed);
  }
  state.made_of = decision.made_of.at(name);
  state.versions.clear();
  const std::set<std::string> inputs = InputsOf(plan, name);
  for (const plan::SourcePlan& source : plan.sources) {
    const std::string& input = source.source->name;
    if (inputs.contains(input)) state.versions[input] = sources.at(input).version;
  }
  return state;
}

}  // namespace

Status UpdateLedger(const plan::Plan& plan, const RunDecision& decision,
                    const ComputedParts& computed, lake::Lake* lake,
                    lake::Transaction* transaction) {
  ledger::LakeState state = decision.before.value_or(ledger::LakeState{});
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    const std::string& source = plan.sources[i].source->name;
    ARROW_ASSIGN_OR_RAISE(state.sources[source],
                          UpdateSource(source, decision.sources[i], computed, lake, transaction));
  }
  for (const plan::TablePlan& table : plan.tables) {
    const std::string& name = table.table->name;
    if (!table.selected) continue;
    state.tables[name] =
        StateAfter(plan, name, decision, computed, state.sources, transaction->run_id());
  }
  return ledger::WriteLakeState(state, transaction);
}

}  // namespace tarn::session
