#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "config/config_keys.h"
#include "pipeline/graph_internal.h"
#include "sql/parse.h"

namespace tarn::pipeline {
namespace {

// A table's reading of another table.
struct Edge {
  size_t to = 0;
  sql::Location at;
};

class Graph {
 public:
  Graph(const std::vector<Declaration>& sources, std::vector<Table>* tables,
        std::vector<Diagnostic>* diagnostics)
      : sources_(sources), tables_(*tables), diagnostics_(diagnostics) {
    std::sort(tables_.begin(), tables_.end(), [](const Table& a, const Table& b) {
      int order = strcasecmp(a.name.c_str(), b.name.c_str());
      return order != 0 ? order < 0 : a.name < b.name;
    });
    edges_.resize(tables_.size());
  }

  void ResolveReferences() {
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (tables_[i].query == nullptr) continue;
      for (const sql::Reference& reference : sql::References(*tables_[i].query)) {
        Resolve(i, reference);
      }
    }
  }

  void Order() {
    std::vector<Table> ordered;
    std::vector<bool> done(tables_.size(), false);
    while (ordered.size() < tables_.size()) {
      std::optional<size_t> next = FirstReady(done);
      if (!next) {
        ReportCycles(done);
        return;
      }
      done[*next] = true;
      ordered.push_back(tables_[*next]);
    }
    tables_ = std::move(ordered);
  }

 private:
  void Resolve(size_t from, const sql::Reference& reference) {
    Table& table = tables_[from];
    if (!reference.format.empty()) {
      diagnostics_->push_back(sql::MakeDiagnostic(
          reference.at, "a table reads files through a source: " + reference.name,
          "add [source.NAME] with this path to tarn.toml, and read NAME; `tarn query` reads "
          "files"));
      return;
    }
    const std::string* name = nullptr;
    for (const Declaration& source : sources_) {
      if (SameName(source.name, reference.name)) name = &source.name;
    }
    for (size_t i = 0; name == nullptr && i < tables_.size(); ++i) {
      if (!SameName(tables_[i].name, reference.name)) continue;
      name = &tables_[i].name;
      edges_[from].push_back({i, reference.at});
    }
    if (name == nullptr) {
      diagnostics_->push_back(sql::MakeDiagnostic(
          reference.at, "there is no source or table of this name: " + reference.name,
          SuggestName(reference.name)));
    } else if (std::find(table.inputs.begin(), table.inputs.end(), *name) == table.inputs.end()) {
      table.inputs.push_back(*name);
    }
  }

  std::string SuggestName(const std::string& name) const {
    std::vector<std::string> names;
    for (const Declaration& source : sources_) names.push_back(source.name);
    for (const Table& table : tables_) names.push_back(table.name);
    return DidYouMean(name, names,
                      fmt::format("add [source.{0}] to tarn.toml, or write {0}.sql", name));
  }

  std::optional<size_t> FirstReady(const std::vector<bool>& done) const {
    for (size_t i = 0; i < tables_.size(); ++i) {
      if (!done[i] && std::all_of(edges_[i].begin(), edges_[i].end(),
                                  [&](const Edge& edge) { return done[edge.to]; })) {
        return i;
      }
    }
    return std::nullopt;
  }

  // Follows edges among the tables that are not done; each of them leads to a cycle. Tables of a
  // cycle are reported once, and those that only wait for one not at all.
  void ReportCycles(std::vector<bool> done) {
    for (std::optional<size_t> start = FirstOpen(done); start; start = FirstOpen(done)) {
      std::vector<size_t> path;
      std::vector<Edge> taken;
      size_t at = *start;
      while (std::find(path.begin(), path.end(), at) == path.end()) {
        path.push_back(at);
        auto edge = std::find_if(edges_[at].begin(), edges_[at].end(),
                                 [&](const Edge& candidate) { return !done[candidate.to]; });
        // Its cycle is reported already.
        if (edge == edges_[at].end()) break;
        taken.push_back(*edge);
        at = edge->to;
      }
      if (taken.size() == path.size()) {
        size_t first = std::find(path.begin(), path.end(), at) - path.begin();
        ReportCycle({path.begin() + first, path.end()}, taken[first].at);
      }
      for (size_t table : path) done[table] = true;
    }
  }

  static std::optional<size_t> FirstOpen(const std::vector<bool>& done) {
    auto open = std::find(done.begin(), done.end(), false);
    if (open == done.end()) return std::nullopt;
    return open - done.begin();
  }

  void ReportCycle(const std::vector<size_t>& cycle, const sql::Location& at) {
    std::string names;
    for (size_t table : cycle) names += tables_[table].name + " -> ";
    names += tables_[cycle[0]].name;
    diagnostics_->push_back(
        sql::MakeDiagnostic(at, "tables read each other in a cycle: " + names,
                            "let one of them read a source, or a new table, instead"));
  }

  const std::vector<Declaration>& sources_;
  std::vector<Table>& tables_;
  std::vector<Diagnostic>* diagnostics_;
  std::vector<std::vector<Edge>> edges_;
};

}  // namespace

bool Reads(const Table& table, const std::string& name) {
  return std::any_of(table.inputs.begin(), table.inputs.end(),
                     [&](const std::string& input) { return SameName(input, name); });
}

void OrderTables(const std::vector<Declaration>& sources, std::vector<Table>* tables,
                 std::vector<Diagnostic>* diagnostics) {
  Graph graph(sources, tables, diagnostics);
  graph.ResolveReferences();
  graph.Order();
}

}  // namespace tarn::pipeline
