#include "store/moving/source.h"

#include <fmt/format.h>

#include "store/moving/copy_text.h"

namespace linebook::moving {
namespace {

/// A statement that is made up at run time, unlike those that connections keep.
sqlite3_stmt* prepare(sqlite::Connection& connection, std::string const& sql) {
  sqlite3_stmt* statement = nullptr;
  auto const code = sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &statement, nullptr);
  if (code != SQLITE_OK) connection.fail_with(code, "moving");
  return statement;
}

/// true: a row; false: the end.
bool step(sqlite::Connection& connection, sqlite3_stmt* statement) {
  auto const code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) connection.fail_with(code, "moving");
  return code == SQLITE_ROW;
}

std::string_view text_of(sqlite3_stmt* statement, int column) {
  auto const* bytes = static_cast<char const*>(sqlite3_column_blob(statement, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

std::string places(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

}  // namespace

std::set<std::string> Source::texts(std::string const& sql) {
  std::set<std::string> found;
  auto* const statement = prepare(connection_, sql);
  while (step(connection_, statement)) found.emplace(text_of(statement, 0));
  sqlite3_finalize(statement);
  return found;
}

void Source::check_holds(std::vector<Table> const& tables) {
  auto here = texts(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      " AND name NOT IN ('installation', 'account_totals', 'ledger_heads', 'schema_migrations', 'sessions')");
  for (auto const& table : tables) {
    if (here.erase(table.name) == 0) throw MoveFailed("the data directory has no table " + table.name);
    auto columns = texts("SELECT name FROM pragma_table_info('" + table.name + "')");
    for (auto const& column : table.columns)
      if (columns.erase(column.name) == 0)
        throw MoveFailed(fmt::format("the data directory has no column {} of {}", column.name, table.name));
    if (!columns.empty())
      throw MoveFailed(fmt::format("PostgreSQL has no column {} of {}", *columns.begin(), table.name));
  }
  if (!here.empty()) throw MoveFailed("PostgreSQL has no table " + *here.begin());
}

std::int64_t Source::rows(Table const& table) {
  return connection_.integer("SELECT count(*) FROM " + table.name);
}

std::string Source::master_key_fingerprint() {
  auto const found = texts("SELECT value FROM installation WHERE name = 'master_key_fingerprint'");
  return found.empty() ? std::string() : *found.begin();
}

std::string Source::ledger_heads() {
  auto const lines = texts(
      "SELECT h.account_id || char(9) || h.last_sequence || char(9) || h.last_at || char(9) || h.last_at"
      " || char(9) || coalesce(t.contact_numbers, 0) || char(9) || coalesce(t.patients, 0)"
      " || char(9) || coalesce(t.doctors, 0)"
      " FROM ledger_heads h LEFT JOIN account_totals t ON t.account_id = h.account_id");
  std::string text;
  for (auto const& line : lines) text += line + "\n";
  return text;
}

Source::Lines::Lines(sqlite::Connection& connection, Table const& table,
                     std::vector<std::string> const& after)
    : connection_(connection), table_(table) {
  auto const behind = after.empty()
                          ? std::string()
                          : fmt::format(" WHERE ({}) > ({})", names_of(table.key), places(table.key.size()));
  statement_ = prepare(connection, fmt::format("SELECT {} FROM {}{} ORDER BY {}", names_of(table.columns),
                                               table.name, behind, names_of(table.key)));
  for (std::size_t i = 0; i < after.size(); ++i) {
    auto const place = static_cast<int>(i) + 1;
    auto const code = table.key[i].type == ColumnType::number
                          ? sqlite3_bind_int64(statement_, place, std::stoll(after[i]))
                          : sqlite3_bind_text(statement_, place, after[i].data(),
                                              static_cast<int>(after[i].size()), SQLITE_TRANSIENT);
    if (code != SQLITE_OK) connection.fail_with(code, "moving");
  }
}

Source::Lines::~Lines() { sqlite3_finalize(statement_); }

bool Source::Lines::next(std::string& out) {
  if (!step(connection_, statement_)) return false;
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    if (i > 0) out += copy_delimiter;
    append_value(out, static_cast<int>(i), table_.columns[i].type);
  }
  out += '\n';
  return true;
}

void Source::Lines::append_value(std::string& out, int column, ColumnType type) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) {
    out += copy_null;
    return;
  }
  switch (type) {
    case ColumnType::text:
      return append_copy_text(out, text_of(statement_, column));
    case ColumnType::bytes:
      return append_copy_bytes(out, text_of(statement_, column));
    case ColumnType::number:
      out += std::to_string(sqlite3_column_int64(statement_, column));
      return;
    case ColumnType::flag:
      out += sqlite3_column_int64(statement_, column) != 0 ? 't' : 'f';
      return;
  }
}

}  // namespace linebook::moving
