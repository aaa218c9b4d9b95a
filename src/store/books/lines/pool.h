// The operator's pool of numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/lines.h"
#include "store/books/session/session.h"
#include "store/encoding/spelled_columns.h"

namespace linebook::books {

inline constexpr std::string_view pool_columns =
    "number, country_code, area_code, state, rests_until, account_id, carrier";

template <class Row>
PoolNumber pool_number_of(Row const& row) {
  return {.number = row.template get<E164>(0),
          .country_code = row.template get<std::string>(1),
          .area_code = row.template get<std::optional<std::string>>(2),
          .state = row.template get<PoolState>(3),
          .rests_until = row.template get<std::optional<Instant>>(4),
          .account = row.template get<std::optional<AccountId>>(5),
          .carrier = row.template get<std::optional<CarrierName>>(6)};
}

inline constexpr Statement pool_number_by_number{
    "pool_number_by_number", SQL("SELECT ", pool_columns, " FROM pool_numbers WHERE number = ?1{LOCK}")};
// ?1 now, ?2 country, ?3 number, ?4 area code, ?5 the number behind which to look. A number that an
// operator's trunk brought into service is passed over.
inline constexpr std::string_view may_be_given_out =
    " p.state = 'available' AND (p.rests_until IS NULL OR p.rests_until <= ?1)"
    " AND (?2 IS NULL OR p.country_code = ?2) AND (?3 IS NULL OR p.number = ?3)"
    " AND (?4 IS NULL OR p.area_code = ?4)"
    " AND NOT EXISTS (SELECT 1 FROM numbers_in_service s WHERE s.number = p.number)"
    " AND p.number > ?5 ORDER BY p.number LIMIT 1";
// Those that another node is just giving out are passed over, too.
inline constexpr std::string_view held_if_free = "{HOLD OF p SKIP LOCKED}";
// Where others hold all that there is. They may yet let go of one.
inline constexpr std::string_view held_after_others = "{HOLD OF p}";

inline constexpr std::string_view lowest_of_all =
    " FROM pool_numbers p{INDEXED BY pool_numbers_available} WHERE";
inline constexpr std::string_view lowest_in_area =
    " FROM pool_numbers p{INDEXED BY pool_numbers_available_by_area} WHERE p.area_code = ?4 AND";
inline constexpr std::string_view wished_one = " FROM pool_numbers p WHERE p.number = ?3 AND";
inline constexpr Statement pool_number_lowest{
    "pool_number_lowest", SQL("SELECT ", pool_columns, lowest_of_all, may_be_given_out, held_if_free)};
inline constexpr Statement pool_number_lowest_in_area{
    "pool_number_lowest_in_area",
    SQL("SELECT ", pool_columns, lowest_in_area, may_be_given_out, held_if_free)};
inline constexpr Statement pool_number_wished{
    "pool_number_wished", SQL("SELECT ", pool_columns, wished_one, may_be_given_out, held_if_free)};
inline constexpr Statement pool_number_lowest_after_others{
    "pool_number_lowest_after_others",
    SQL("SELECT ", pool_columns, lowest_of_all, may_be_given_out, held_after_others)};
inline constexpr Statement pool_number_lowest_in_area_after_others{
    "pool_number_lowest_in_area_after_others",
    SQL("SELECT ", pool_columns, lowest_in_area, may_be_given_out, held_after_others)};
inline constexpr Statement pool_number_wished_after_others{
    "pool_number_wished_after_others",
    SQL("SELECT ", pool_columns, wished_one, may_be_given_out, held_after_others)};

inline constexpr Statement has_line_with_number{
    "has_line_with_number", SQL("SELECT 1 FROM lines WHERE account_id = ?1 AND phone_number = ?2")};

inline constexpr Statement pool_numbers_in_order{
    "pool_numbers_in_order", SQL("SELECT ", pool_columns, " FROM pool_numbers ORDER BY number")};
// ?1 now, ?2 the most area codes.
inline constexpr Statement pool_areas{
    "pool_areas", SQL("SELECT p.country_code, p.area_code, COUNT(*) FROM pool_numbers p"
                      " WHERE p.state = 'available' AND p.area_code IS NOT NULL"
                      " AND (p.rests_until IS NULL OR p.rests_until <= ?1)"
                      " AND NOT EXISTS (SELECT 1 FROM numbers_in_service s WHERE s.number = p.number)"
                      " GROUP BY p.country_code, p.area_code ORDER BY p.country_code, p.area_code LIMIT ?2")};
inline constexpr Statement insert_pool_number{
    "insert_pool_number", SQL("INSERT INTO pool_numbers (", pool_columns, ") VALUES (?1..?7)")};
inline constexpr Statement update_pool_number{
    "update_pool_number", SQL("UPDATE pool_numbers SET country_code = ?2, area_code = ?3, state = ?4,"
                              " rests_until = ?5, account_id = ?6, carrier = ?7 WHERE number = ?1")};

template <class Session>
class PoolBook final : public Pool {
 public:
  explicit PoolBook(Session& session) : session_(session) {}

  std::optional<PoolNumber> find(E164 const& number) const override {
    session_.claim(claim_on_pool());
    return session_.query(pool_number_by_number, number).one(pool_number_of<Row>);
  }

  std::optional<PoolNumber> choose(PoolWish const& wish, AccountId account, Instant now) override {
    session_.claim(claim_on_pool());
    // What the account has as a private identifier is passed over.
    std::string behind;
    for (;;) {
      auto chosen = lowest(wish, behind, now);
      if (!chosen || session_.query(has_line_with_number, account, chosen->number).number() == 0)
        return chosen;
      behind = chosen->number.view();
    }
  }

  std::vector<PoolNumber> list() const override {
    return session_.query(pool_numbers_in_order).all(pool_number_of<Row>);
  }

  std::vector<PoolArea> areas(Instant now, std::int64_t limit) const override {
    return session_.query(pool_areas, now, limit).all([](Row const& row) {
      return PoolArea{.country_code = row.template get<std::string>(0),
                      .area_code = row.template get<std::string>(1),
                      .available = row.template get<std::int64_t>(2)};
    });
  }

  void insert(PoolNumber const& n) override {
    session_.claim(claim_on_pool());
    session_.change(insert_pool_number, n.number, n.country_code, n.area_code, n.state, n.rests_until,
                    n.account, n.carrier);
  }

  void update(PoolNumber const& n) override {
    session_.claim(claim_on_pool());
    session_.change(update_pool_number, n.number, n.country_code, n.area_code, n.state, n.rests_until,
                    n.account, n.carrier);
  }

 private:
  using Row = typename Session::Row;

  std::optional<PoolNumber> lowest(PoolWish const& wish, std::string_view behind, Instant now) {
    auto const ask = [&](Statement const& wished, Statement const& in_area, Statement const& lowest) {
      auto const& statement = wish.number ? wished : wish.area_code ? in_area : lowest;
      return session_.query(statement, now, wish.country_code, wish.number, wish.area_code, behind)
          .one(pool_number_of<Row>);
    };
    auto chosen = ask(pool_number_wished, pool_number_lowest_in_area, pool_number_lowest);
    if (chosen || !Session::has_rivals) return chosen;
    return ask(pool_number_wished_after_others, pool_number_lowest_in_area_after_others,
               pool_number_lowest_after_others);
  }

  Session& session_;
};

}  // namespace linebook::books
