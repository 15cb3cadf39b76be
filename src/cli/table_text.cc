#include "cli/table_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <utility>

namespace tarn::cli {
namespace {

constexpr std::string_view kGap = "  ";
// Narrower than this a column says nothing: leave out the last ones instead.
constexpr size_t kWidthMin = 12;

// What columns of these widths take side by side.
size_t TotalWidth(const std::vector<size_t>& widths) {
  size_t gaps = widths.empty() ? 0 : (widths.size() - 1) * kGap.size();
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::AddRow(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

// One width per column that is shown.
std::vector<size_t> TextTable::FitWidths(const Layout& layout) const {
  std::vector<size_t> widths;
  std::vector<size_t> least;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].header);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i].text));
    widths.push_back(std::min(width, layout.cell_width));
    bool is_whole = columns_[i].is_number || columns_[i].is_whole;
    least.push_back(is_whole ? widths[i] : std::min(widths[i], kWidthMin));
  }
  while (least.size() > 1 && TotalWidth(least) > layout.width) least.pop_back();
  widths.resize(least.size());
  if (widths.size() == 1) widths[0] = std::min(widths[0], layout.width);
  while (TotalWidth(widths) > layout.width) {
    auto widest = widths.end();
    for (auto width = widths.begin(); width != widths.end(); ++width) {
      bool may_narrow = *width > least[width - widths.begin()];
      if (may_narrow && (widest == widths.end() || *width > *widest)) widest = width;
    }
    --*widest;
  }
  return widths;
}

std::string TextTable::RenderCell(const Cell& cell, size_t column, size_t width, bool is_last,
                                  const Terminal& terminal, bool is_header) const {
  std::string text = CutToWidth(cell.text, width);
  std::string padding(width - DisplayWidth(text), ' ');
  if (is_header) text = terminal.Bold(text);
  if (cell.is_dim) text = terminal.Dim(text);
  if (columns_[column].is_number) return padding + text;
  return is_last ? text : text + padding;
}

TextTable::Rendered TextTable::Render(const Layout& layout, const Terminal& terminal) const {
  std::vector<size_t> widths = FitWidths(layout);
  Rendered rendered;
  auto add_line = [&](auto cell_of, bool is_header) {
    for (size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) rendered.text += kGap;
      rendered.text +=
          RenderCell(cell_of(i), i, widths[i], i + 1 == widths.size(), terminal, is_header);
    }
    rendered.text += '\n';
  };
  add_line([&](size_t i) { return Cell{columns_[i].header}; }, true);
  for (const auto& row : rows_) {
    add_line([&](size_t i) -> const Cell& { return row[i]; }, false);
  }
  for (size_t i = widths.size(); i < columns_.size(); ++i) {
    rendered.hidden_columns.push_back(columns_[i].header);
  }
  return rendered;
}

}  // namespace tarn::cli
