#include "store/moving/move_books.h"

#include <fmt/format.h>

#include "store/moving/source.h"
#include "store/moving/target.h"

namespace linebook {
namespace moving {
namespace {

/// Of one transaction: what a kill costs, and what is told at a time.
constexpr std::int64_t rows_a_part = 20'000;
constexpr std::size_t lines_buffer = 1 << 20;  // bytes that are sent together

constexpr std::string_view claim_name = "master_key_fingerprint";
/// Stands before the fingerprint until everything is there, so that no node can claim half of the books.
constexpr std::string_view under_way = "being moved: ";

enum class Standing { begins, goes_on, is_there };

class Move {
 public:
  Move(std::string const& file, std::string const& url, MoveProgress const& progress)
      : source_(file), target_(url), progress_(progress), tables_(target_.tables()) {
    source_.check_holds(tables_);
    for (auto const& table : tables_) total_ += source_.rows(table);
  }

  MovedBooks run() {
    auto const fingerprint = source_.master_key_fingerprint();
    if (fingerprint.empty()) throw MoveFailed("the data directory holds no books yet");
    auto const standing = claim(fingerprint);
    if (standing != Standing::is_there)
      for (auto const& table : tables_) fill(table);
    std::int64_t rows = 0;
    for (auto const& table : tables_) rows += compare(table);
    if (standing != Standing::is_there) finish(fingerprint);
    return {std::ssize(tables_), rows};
  }

 private:
  Standing claim(std::string const& fingerprint) {
    auto const sql = fmt::format("SELECT value FROM installation WHERE name = '{}'", claim_name);
    auto const mark = std::string(under_way) + fingerprint;
    if (auto const claimed = target_.row(sql)) {
      if (claimed->front() == mark) return Standing::goes_on;
      if (claimed->front() == fingerprint) return Standing::is_there;
      throw MoveFailed("the database belongs to another installation");
    }
    for (auto const& table : tables_)
      if (target_.row(fmt::format("SELECT 1 FROM {} LIMIT 1", table.name)))
        throw MoveFailed("the database is not empty: it has rows in " + table.name);
    target_.row("INSERT INTO installation (name, value) VALUES ($1, $2)", {std::string(claim_name), mark});
    return Standing::begins;
  }

  /// Rows came in the order of the key, so what is there tells what is missing.
  void fill(Table const& table) {
    auto const last =
        target_.row(fmt::format("SELECT {} FROM {} ORDER BY {} DESC LIMIT 1", names_of(table.key), table.name,
                                names_of(table.key, " DESC, ")));
    if (last) done_ += std::stoll(target_.row("SELECT count(*) FROM " + table.name)->front());
    Source::Lines lines(source_.connection(), table, last.value_or(std::vector<std::string>()));
    while (fill_part(table, lines)) {
    }
  }

  bool fill_part(Table const& table, Source::Lines& lines) {
    target_.run("BEGIN");
    target_.begin_copy(table);
    std::string buffer;
    std::int64_t rows = 0;
    bool more = true;
    while (rows < rows_a_part && (more = lines.next(buffer))) {
      ++rows;
      if (buffer.size() < lines_buffer) continue;
      target_.copy(buffer);
      buffer.clear();
    }
    target_.copy(buffer);
    target_.end_copy();
    target_.run("COMMIT");
    done_ += rows;
    progress_(done_, total_);
    return more;
  }

  std::int64_t compare(Table const& table) {
    Source::Lines lines(source_.connection(), table, {});
    target_.begin_reading(table);
    std::string there;
    for (std::int64_t rows = 0;; ++rows) {
      std::string here;
      bool const is_here = lines.next(here);
      bool const is_there = target_.next_line(there);
      if (!is_here && !is_there) return rows;
      if (is_here != is_there || here != there)
        throw MoveFailed(
            fmt::format("row {} of {} is not the same in both: one of them was changed meanwhile. Drop "
                        "the database and begin anew, unless it has been in use since",
                        rows + 1, table.name));
    }
  }

  /// In one transaction: from then on it is an installation like any other.
  void finish(std::string const& fingerprint) {
    Table const heads{.name = "ledger_heads",
                      .columns = {{"account_id", ColumnType::number},
                                  {"last_sequence", ColumnType::number},
                                  {"previous_at", ColumnType::number},
                                  {"last_at", ColumnType::number},
                                  {"contact_numbers", ColumnType::number},
                                  {"patients", ColumnType::number},
                                  {"doctors", ColumnType::number}},
                      .key = {{"account_id", ColumnType::number}}};
    target_.run("BEGIN");
    target_.run("DELETE FROM ledger_heads");
    target_.begin_copy(heads);
    target_.copy(source_.ledger_heads());
    target_.end_copy();
    target_.row("UPDATE installation SET value = $2 WHERE name = $1", {std::string(claim_name), fingerprint});
    target_.run("COMMIT");
    target_.run("ANALYZE");
  }

  Source source_;
  Target target_;
  MoveProgress const& progress_;
  std::vector<Table> tables_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
};

}  // namespace
}  // namespace moving

Result<MovedBooks> move_books(std::string const& file, std::string const& url, MoveProgress const& progress) {
  try {
    return moving::Move(file, url, progress).run();
  } catch (moving::MoveFailed const& failure) {
    return fail(ErrorCode::conflict, std::string("cannot move the books: ") + failure.what());
  } catch (StoreUnavailable const& failure) {
    return fail(ErrorCode::unavailable, std::string("cannot move the books: ") + failure.what());
  }
}

}  // namespace linebook
