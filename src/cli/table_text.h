#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable_text.h"
#include "cli/terminal.h"

/// Text laid out in columns, as wide as a terminal shows it.
namespace tarn::cli {

/// \brief How a column of a TextTable is laid out.
struct Column {
  std::string header;
  bool is_number = false;  ///< aligned right, never cut: it would be another number
  bool is_whole = false;   ///< never cut, such as a time
};

struct Cell {
  std::string text;     ///< printable
  bool is_dim = false;  ///< such as NULL
};

/// \brief Rows in aligned columns, two spaces apart, without boxes.
class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns);

  /// \param[in] cells one per column.
  void AddRow(std::vector<Cell> cells);

  static constexpr size_t kCellWidthMax = 60;  ///< of a column on a terminal

  struct Layout {
    size_t width = std::numeric_limits<size_t>::max();       ///< of the whole table
    size_t cell_width = std::numeric_limits<size_t>::max();  ///< of one column at most
  };
  struct Rendered {
    std::string text;  ///< lines, each with its newline; none is wider than asked
    std::vector<std::string> hidden_columns;  ///< headers of the last columns, which did not fit
  };

  /// \brief The header and all rows. Wide columns are narrowed first, the widest most; when that is
  /// not enough the last columns are left out. `terminal` gives the styles only.
  Rendered Render(const Layout& layout, const Terminal& terminal) const;

 private:
  std::vector<size_t> FitWidths(const Layout& layout) const;
  std::string RenderCell(const Cell& cell, size_t column, size_t width, bool is_last,
                         const Terminal& terminal, bool is_header) const;

  const std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace tarn::cli
