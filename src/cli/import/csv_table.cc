#include "cli/import/csv_table.h"

#include <algorithm>

namespace linebook {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  auto const first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::string column_name(std::string_view header) {
  std::string name(trimmed(header));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-') c = '_';
  }
  return name;
}

void list(std::string& problems, std::string const& problem) {
  if (!problems.empty()) problems += "; ";
  problems += problem;
}

}  // namespace

Result<CsvTable> CsvTable::open(InputFile& input, std::span<std::string_view const> required,
                                std::span<std::string_view const> optional, HeaderRow header) {
  auto const is_known = [&](std::string_view header) {
    auto const name = column_name(header);
    return std::ranges::find(required, name) != required.end() ||
           std::ranges::find(optional, name) != optional.end();
  };
  auto file = CsvFile::open(input, {}, is_known);
  if (!file) return fail(std::move(file.error()));
  CsvTable table(std::move(*file));

  std::string problems;
  auto const& names = table.file_->header();
  if (header == HeaderRow::may_be_missing && std::ranges::none_of(names, is_known)) {
    for (std::size_t i = 0; i < required.size(); ++i) table.columns_.push_back({required[i], i});
    table.at_ = At::before_first_row;
    return table;
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const name = column_name(names[i]);
    auto known = std::ranges::find(required, name);
    bool const is_required = known != required.end();
    auto const also = std::ranges::find(optional, name);
    if (!is_required && also == optional.end()) {
      if (!name.empty()) list(problems, "unknown column '" + shown(name) + "'");
      continue;
    }
    auto const column = is_required ? *known : *also;
    if (table.has(column)) list(problems, "column '" + name + "' is there twice");
    table.columns_.push_back({column, i});
  }
  for (auto const column : required)
    if (!table.has(column)) list(problems, "column '" + std::string(column) + "' is missing");
  if (problems.empty()) return table;

  std::string known;
  for (auto const columns : {required, optional})
    for (auto const column : columns) known += (known.empty() ? "" : ", ") + std::string(column);
  return fail(ErrorCode::validation_error,
              "the header is not right: " + problems + ". The columns are: " + known);
}

Result<bool> CsvTable::next() {
  if (at_ == At::before_first_row) {
    at_ = At::first_row;
    return true;
  }
  at_ = At::row;
  return file_->next();
}

bool CsvTable::has(std::string_view column) const {
  return std::ranges::find(columns_, column, &Column::name) != columns_.end();
}

std::string_view CsvTable::text(std::string_view column) const {
  auto const at = std::ranges::find(columns_, column, &Column::name);
  auto const& fields = at_ == At::first_row ? file_->header() : file_->fields();
  return at == columns_.end() || at->index >= fields.size() ? std::string_view()
                                                            : trimmed(without_guard(fields[at->index]));
}

}  // namespace linebook
