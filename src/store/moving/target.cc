#include "store/moving/target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>

namespace linebook::moving {
namespace {

/// What belongs to a database rather than to the books in it, or is made from them at the end.
constexpr std::string_view not_books[] = {"installation", "schema_migrations", "commit_markers",
                                          "ledger_heads", "key_changes",
                                          // Whoever is signed in signs in anew.
                                          "sessions",
                                          // Files that are imported anew (docs/REACH.md).
                                          "do_not_call_lists", "do_not_call_list_pieces"};

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

ColumnType type_of(std::string const& table, std::string const& name) {
  static std::map<std::string, ColumnType, std::less<>> const types{{"text", ColumnType::text},
                                                                    {"bigint", ColumnType::number},
                                                                    {"boolean", ColumnType::flag},
                                                                    {"bytea", ColumnType::bytes}};
  auto const known = types.find(name);
  if (known == types.end()) throw MoveFailed(fmt::format("table {} has a column of type {}", table, name));
  return known->second;
}

/// Tables in an order in which each finds what it refers to.
std::vector<Table> in_order(std::vector<Table> waiting) {
  std::vector<Table> ordered;
  while (!waiting.empty()) {
    auto const ready = std::ranges::find_if(waiting, [&](Table const& table) {
      return std::ranges::none_of(table.refers_to, [&](std::string const& other) {
        return other != table.name && std::ranges::find(waiting, other, &Table::name) != waiting.end();
      });
    });
    if (ready == waiting.end()) throw MoveFailed("tables refer to each other in a circle");
    ordered.push_back(std::move(*ready));
    waiting.erase(ready);
  }
  return ordered;
}

}  // namespace

std::string names_of(std::vector<Column> const& columns, std::string_view between) {
  std::vector<std::string_view> names;
  for (auto const& column : columns) names.emplace_back(column.name);
  return fmt::format("{}", fmt::join(names, between));
}

Target::Target(std::string const& url) : handle_(PQconnectdb(url.c_str())) {
  if (PQstatus(handle_) == CONNECTION_OK) return;
  std::string const why = PQerrorMessage(handle_);
  PQfinish(handle_);
  throw MoveFailed("cannot connect: " + why);
}

Target::~Target() { PQfinish(handle_); }

void Target::fail(std::string_view doing) const {
  throw MoveFailed(fmt::format("{}: {}", doing, PQerrorMessage(handle_)));
}

void Target::check(PGresult* result, ExecStatusType wanted, std::string_view doing) {
  Answer const answer(result);
  if (PQresultStatus(answer.get()) != wanted) fail(doing);
}

std::vector<Table> Target::tables() {
  Answer const columns(PQexec(
      handle_,
      "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), array_position(i.indkey::int2[], a.attnum)"
      " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
      " JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
      " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"
      " ORDER BY c.relname, a.attnum"));
  if (PQresultStatus(columns.get()) != PGRES_TUPLES_OK) fail("cannot read the catalogue");
  std::map<std::string, Table> found;
  std::map<std::string, std::map<int, Column>> keys;
  for (int i = 0; i < PQntuples(columns.get()); ++i) {
    std::string const table = PQgetvalue(columns.get(), i, 0);
    if (std::ranges::find(not_books, table) != std::end(not_books)) continue;
    Column column{PQgetvalue(columns.get(), i, 1), type_of(table, PQgetvalue(columns.get(), i, 2))};
    if (PQgetisnull(columns.get(), i, 3) == 0)
      keys[table].emplace(std::atoi(PQgetvalue(columns.get(), i, 3)), column);
    found[table].name = table;
    found[table].columns.push_back(std::move(column));
  }
  for (auto& [table, key] : keys)
    for (auto& [place, column] : key) found[table].key.push_back(std::move(column));

  Answer const references(
      PQexec(handle_,
             "SELECT f.relname, t.relname FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid"
             " JOIN pg_class t ON t.oid = k.confrelid"
             " WHERE k.contype = 'f' AND f.relnamespace = current_schema()::regnamespace"));
  if (PQresultStatus(references.get()) != PGRES_TUPLES_OK) fail("cannot read the catalogue");
  for (int i = 0; i < PQntuples(references.get()); ++i)
    if (auto const from = found.find(PQgetvalue(references.get(), i, 0)); from != found.end())
      from->second.refers_to.emplace_back(PQgetvalue(references.get(), i, 1));

  std::vector<Table> tables;
  for (auto& [name, table] : found) tables.push_back(std::move(table));
  return in_order(std::move(tables));
}

void Target::run(std::string const& sql) {
  check(PQexec(handle_, sql.c_str()), PGRES_COMMAND_OK, "the database refused");
}

std::optional<std::vector<std::string>> Target::row(std::string const& sql,
                                                    std::vector<std::string> const& parameters) {
  std::vector<char const*> values;
  for (auto const& parameter : parameters) values.push_back(parameter.c_str());
  Answer const answer(PQexecParams(handle_, sql.c_str(), static_cast<int>(values.size()), nullptr,
                                   values.data(), nullptr, nullptr, 0));
  if (PQresultStatus(answer.get()) == PGRES_COMMAND_OK) return std::nullopt;
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) fail("the database refused");
  if (PQntuples(answer.get()) == 0) return std::nullopt;
  std::vector<std::string> fields;
  for (int i = 0; i < PQnfields(answer.get()); ++i) fields.emplace_back(PQgetvalue(answer.get(), 0, i));
  return fields;
}

void Target::begin_copy(Table const& table) {
  auto const sql = fmt::format("COPY {} ({}) FROM STDIN", table.name, names_of(table.columns));
  check(PQexec(handle_, sql.c_str()), PGRES_COPY_IN, "cannot fill table " + table.name);
}

void Target::copy(std::string_view lines) {
  if (PQputCopyData(handle_, lines.data(), static_cast<int>(lines.size())) != 1) fail("cannot send rows");
}

void Target::end_copy() {
  if (PQputCopyEnd(handle_, nullptr) != 1) fail("cannot send rows");
  check(PQgetResult(handle_), PGRES_COMMAND_OK, "rows were refused");
  while (Answer const rest{PQgetResult(handle_)}) {
  }
}

void Target::begin_reading(Table const& table) {
  auto const sql = fmt::format("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT", names_of(table.columns),
                               table.name, names_of(table.key));
  check(PQexec(handle_, sql.c_str()), PGRES_COPY_OUT, "cannot read table " + table.name);
}

bool Target::next_line(std::string& line) {
  char* bytes = nullptr;
  int const size = PQgetCopyData(handle_, &bytes, 0);
  if (size > 0) {
    line.assign(bytes, static_cast<std::size_t>(size));
    PQfreemem(bytes);
    return true;
  }
  if (size == -2) fail("cannot read rows");
  check(PQgetResult(handle_), PGRES_COMMAND_OK, "cannot read rows");
  while (Answer const rest{PQgetResult(handle_)}) {
  }
  return false;
}

}  // namespace linebook::moving
