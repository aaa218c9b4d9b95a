#include "store/postgres/shared_lists.h"

#include <fmt/format.h>

#include <utility>

namespace linebook::postgres {
namespace {

constexpr Statement newest_lists{
    "newest_do_not_call_lists",
    "SELECT DISTINCT ON (name <> 'national', name) name, version, as_of, numbers, bytes, checksum"
    " FROM do_not_call_lists WHERE complete ORDER BY name <> 'national', name, version DESC"};
constexpr Statement next_list_version{
    "next_do_not_call_list_version",
    "SELECT coalesce(max(version), 0) + 1 FROM do_not_call_lists WHERE name = $1"};
constexpr Statement begin_list{
    "begin_do_not_call_list",
    "INSERT INTO do_not_call_lists (name, version, as_of, numbers, bytes, checksum, complete)"
    " VALUES ($1, $2, $3, $4, $5, $6, false)"};
constexpr Statement put_piece{
    "put_do_not_call_list_piece",
    "INSERT INTO do_not_call_list_pieces (name, version, piece, bytes) VALUES ($1, $2, $3, $4)"};
// What a list was made from goes with the first list that replaces it: whoever else made one from it waits
// here, and then finds it gone.
constexpr Statement hold_list{
    "hold_do_not_call_list",
    "SELECT 1 FROM do_not_call_lists WHERE name = $1 AND version = $2 AND complete FOR UPDATE"};
constexpr Statement complete_list{
    "complete_do_not_call_list",
    "UPDATE do_not_call_lists SET complete = true WHERE name = $1 AND version = $2"
    " AND ($3 = 0 OR EXISTS (SELECT 1 FROM do_not_call_lists b WHERE b.name = $1 AND b.version = $3 AND "
    "b.complete))"
    " AND NOT EXISTS (SELECT 1 FROM do_not_call_lists n WHERE n.name = $1 AND n.version > $2 AND n.complete)"
    " AND (SELECT coalesce(sum(length(p.bytes)), 0) FROM do_not_call_list_pieces p"
    "      WHERE p.name = $1 AND p.version = $2) = bytes"};
constexpr Statement drop_older_lists{
    "drop_older_do_not_call_lists",
    "DELETE FROM do_not_call_lists o WHERE o.name = $1 AND o.version < $2"
    " AND EXISTS (SELECT 1 FROM do_not_call_lists n WHERE n.name = $1 AND n.version = $2 AND n.complete)"};
constexpr Statement is_complete{
    "is_do_not_call_list_complete",
    "SELECT count(*) FROM do_not_call_lists WHERE name = $1 AND version = $2 AND complete"};
constexpr Statement drop_list{
    "drop_do_not_call_list",
    "DELETE FROM do_not_call_lists WHERE name = $1 AND version = $2 AND NOT complete"};
constexpr Statement list_piece{
    "do_not_call_list_piece",
    "SELECT bytes FROM do_not_call_list_pieces WHERE name = $1 AND version = $2 AND piece = $3"};

Error was_overtaken() {
  return {ErrorCode::conflict, "another import has replaced the list meanwhile; run this one again", {}};
}

SharedList shared_list(Row const& row) {
  return {{.name = row.get<std::string>(0),
           .as_of = row.get<std::string>(2),
           .version = static_cast<std::uint64_t>(row.get<std::int64_t>(1)),
           .numbers = static_cast<std::uint64_t>(row.get<std::int64_t>(3)),
           .bytes = static_cast<std::uint64_t>(row.get<std::int64_t>(4))},
          row.get<std::string>(5)};
}

void complete(Connection& db, std::string const& name, std::int64_t version, std::int64_t based_on) {
  // One pipeline is one transaction.
  if (based_on != 0) db.queue(hold_list, name, based_on);
  db.queue(complete_list, name, version, based_on);
  db.queue(drop_older_lists, name, version);
  db.exchange(Connection::Then::ends);
}

}  // namespace

template <class Ask>
auto PostgresSharedLists::ask(Ask ask) -> Result<decltype(ask(std::declval<Connection&>()))> {
  std::scoped_lock lock(mutex_);
  try {
    return ask(link_.open());
  } catch (std::exception const& e) {
    link_.drop();
    return fail(ErrorCode::unavailable, fmt::format("cannot use the database: {}", e.what()));
  }
}

/// What `work` throws becomes the operator's error; what a progress throws passes.
template <class Work>
Result<void> PostgresSharedLists::on_connection(Work work) {
  try {
    Connection db(endpoint_.settings, walking_bounds, endpoint_.statements, endpoint_.counters);
    return work(db);
  } catch (StoreUnavailable const& e) {
    return fail(ErrorCode::unavailable, fmt::format("cannot use the database: {}", e.what()));
  } catch (StatementRefused const& e) {
    using Why = StatementRefused::Why;
    if (e.why == Why::constraint || e.why == Why::conflict) return fail(was_overtaken());
    return fail(ErrorCode::unavailable, fmt::format("the database refused: {}", e.what()));
  }
}

Result<std::vector<SharedList>> PostgresSharedLists::newest() {
  return ask([](Connection& db) { return db.run(newest_lists).all(shared_list); });
}

Result<std::uint64_t> PostgresSharedLists::next_version(std::string const& name) {
  return ask(
      [&](Connection& db) { return static_cast<std::uint64_t>(db.run(next_list_version, name).number()); });
}

Result<void> PostgresSharedLists::put(SharedList const& list, std::uint64_t based_on, ReadPiece const& read) {
  auto const& about = list.about;
  auto const version = static_cast<std::int64_t>(about.version);
  return on_connection([&](Connection& db) -> Result<void> {
    db.run(begin_list, about.name, version, about.as_of, static_cast<std::int64_t>(about.numbers),
           static_cast<std::int64_t>(about.bytes), Bytes{list.checksum});
    auto const pieces = (about.bytes + shared_list_piece - 1) / shared_list_piece;
    for (std::uint64_t piece = 0; piece < pieces; ++piece) {
      auto const bytes = read(piece);
      if (!bytes) return fail(bytes.error());
      db.run(put_piece, about.name, version, static_cast<std::int64_t>(piece), Bytes{*bytes});
    }
    complete(db, about.name, version, static_cast<std::int64_t>(based_on));
    if (db.run(is_complete, about.name, version).number() == 1) return {};
    db.run(drop_list, about.name, version);
    return fail(was_overtaken());
  });
}

Result<void> PostgresSharedLists::get(SharedList const& list, TakePiece const& take) {
  auto const& about = list.about;
  return on_connection([&](Connection& db) -> Result<void> {
    auto const pieces = (about.bytes + shared_list_piece - 1) / shared_list_piece;
    for (std::uint64_t piece = 0; piece < pieces; ++piece) {
      auto const rows = db.run(list_piece, about.name, static_cast<std::int64_t>(about.version),
                               static_cast<std::int64_t>(piece));
      if (rows.empty()) return fail(not_found("list"));
      if (auto taken = take(rows[0].bytes(0)); !taken) return taken;
    }
    return {};
  });
}

}  // namespace linebook::postgres
