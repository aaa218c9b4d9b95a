#include "store/encoding/table_columns.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/transaction.h"

namespace linebook::sqlite {
namespace {

constexpr Statement pool_number_by_number{
    "pool_number_by_number", "SELECT " LINEBOOK_POOL_COLUMNS " FROM pool_numbers WHERE number = ?1"};
// ?1 now, ?2 country, ?3 number, ?4 area code, ?5 account. A number that an operator's trunk brought into
// service is passed over, and so is one that the account has as a private identifier.
#define MAY_BE_GIVEN_OUT                                                                                     \
  " state = 'available' AND (rests_until IS NULL OR rests_until <= ?1)"                                      \
  " AND (?2 IS NULL OR country_code = ?2) AND (?3 IS NULL OR number = ?3)"                                   \
  " AND NOT EXISTS (SELECT 1 FROM numbers_in_service s WHERE s.number = pool_numbers.number)"                \
  " AND NOT EXISTS (SELECT 1 FROM lines l WHERE l.account_id = ?5 AND l.phone_number = pool_numbers.number)" \
  " ORDER BY number LIMIT 1"
constexpr Statement pool_number_lowest{"pool_number_lowest",
                                       "SELECT " LINEBOOK_POOL_COLUMNS
                                       " FROM pool_numbers INDEXED BY pool_numbers_available"
                                       " WHERE (?4 IS NULL OR area_code = ?4) AND" MAY_BE_GIVEN_OUT};
constexpr Statement pool_number_wished{"pool_number_wished",
                                       "SELECT " LINEBOOK_POOL_COLUMNS
                                       " FROM pool_numbers WHERE number = ?3"
                                       " AND (?4 IS NULL OR area_code = ?4) AND" MAY_BE_GIVEN_OUT};
constexpr Statement pool_number_lowest_in_area{
    "pool_number_lowest_in_area",
    "SELECT " LINEBOOK_POOL_COLUMNS
    " FROM pool_numbers INDEXED BY pool_numbers_available_by_area WHERE area_code = ?4 AND" MAY_BE_GIVEN_OUT};
constexpr Statement pool_numbers_in_order{
    "pool_numbers_in_order", "SELECT " LINEBOOK_POOL_COLUMNS " FROM pool_numbers ORDER BY number"};
constexpr Statement insert_pool_number{"insert_pool_number",
                                       "INSERT INTO pool_numbers (" LINEBOOK_POOL_COLUMNS
                                       ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
constexpr Statement update_pool_number{
    "update_pool_number",
    "UPDATE pool_numbers SET country_code = ?2, area_code = ?3, state = ?4,"
    " rests_until = ?5, account_id = ?6 WHERE number = ?1"};

}  // namespace

std::optional<PoolNumber> SqlitePool::find(E164 const& number) const {
  return one(Query(db_, pool_number_by_number, number), pool_number_of<Query>);
}

std::optional<PoolNumber> SqlitePool::choose(PoolWish const& wish, AccountId account, Instant now) {
  auto const& statement = wish.number      ? pool_number_wished
                          : wish.area_code ? pool_number_lowest_in_area
                                           : pool_number_lowest;
  return one(Query(db_, statement, now, wish.country_code, wish.number, wish.area_code, account),
             pool_number_of<Query>);
}

std::vector<PoolNumber> SqlitePool::list() const {
  std::vector<PoolNumber> numbers;
  Query query(db_, pool_numbers_in_order);
  while (query.next()) numbers.push_back(pool_number_of(query));
  return numbers;
}

void SqlitePool::insert(PoolNumber const& n) {
  Query(db_, insert_pool_number, n.number, n.country_code, n.area_code, n.state, n.rests_until, n.account)
      .run();
}

void SqlitePool::update(PoolNumber const& n) {
  Query(db_, update_pool_number, n.number, n.country_code, n.area_code, n.state, n.rests_until, n.account)
      .run();
}

}  // namespace linebook::sqlite
