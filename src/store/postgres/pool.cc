#include "store/encoding/table_columns.h"
#include "store/postgres/claim_keys.h"
#include "store/postgres/transaction.h"

namespace linebook::postgres {
namespace {

#define POOL_NUMBER_BY_NUMBER "SELECT " LINEBOOK_POOL_COLUMNS " FROM pool_numbers WHERE number = $1"
constexpr Statement pool_number_by_number{"pool_number_by_number", POOL_NUMBER_BY_NUMBER};
constexpr Statement pool_number_by_number_locked{"pool_number_by_number_locked",
                                                 POOL_NUMBER_BY_NUMBER " FOR NO KEY UPDATE"};
// $1 now, $2 country, $3 number, $4 area code, $5 account. A number that an operator's trunk brought into
// service is passed over, and so are those that the account has as private identifiers and those that another
// node is just giving out.
#define MAY_BE_GIVEN_OUT                                                                                \
  " FROM pool_numbers p WHERE p.state = 'available' AND (p.rests_until IS NULL OR p.rests_until <= $1)" \
  " AND ($2 IS NULL OR p.country_code = $2) AND ($3 IS NULL OR p.number = $3)"                          \
  " AND ($4 IS NULL OR p.area_code = $4)"                                                               \
  " AND NOT EXISTS (SELECT 1 FROM numbers_in_service s WHERE s.number = p.number)"                      \
  " AND NOT EXISTS (SELECT 1 FROM lines l WHERE l.account_id = $5 AND l.phone_number = p.number)"
#define HELD_ONCE_FREE " ORDER BY p.number LIMIT 1 FOR NO KEY UPDATE OF p"
#define HELD_FOR_ME HELD_ONCE_FREE " SKIP LOCKED"
#define POOL_CHOICE "SELECT p.number, p.country_code, p.area_code, p.state, p.rests_until, p.account_id"
constexpr Statement pool_number_lowest{"pool_number_lowest", POOL_CHOICE MAY_BE_GIVEN_OUT HELD_FOR_ME};
constexpr Statement pool_number_lowest_in_area{
    "pool_number_lowest_in_area", POOL_CHOICE MAY_BE_GIVEN_OUT " AND p.area_code = $4" HELD_FOR_ME};
constexpr Statement pool_number_wished{"pool_number_wished",
                                       POOL_CHOICE MAY_BE_GIVEN_OUT " AND p.number = $3" HELD_FOR_ME};
// Where others hold all that there is. They may yet let go of one.
constexpr Statement pool_number_lowest_after_others{"pool_number_lowest_after_others",
                                                    POOL_CHOICE MAY_BE_GIVEN_OUT HELD_ONCE_FREE};
constexpr Statement pool_number_lowest_in_area_after_others{"pool_number_lowest_in_area_after_others",
                                                            POOL_CHOICE MAY_BE_GIVEN_OUT
                                                            " AND p.area_code = $4" HELD_ONCE_FREE};
constexpr Statement pool_number_wished_after_others{
    "pool_number_wished_after_others", POOL_CHOICE MAY_BE_GIVEN_OUT " AND p.number = $3" HELD_ONCE_FREE};
constexpr Statement pool_numbers_in_order{
    "pool_numbers_in_order", "SELECT " LINEBOOK_POOL_COLUMNS " FROM pool_numbers ORDER BY number"};
constexpr Statement insert_pool_number{"insert_pool_number",
                                       "INSERT INTO pool_numbers (" LINEBOOK_POOL_COLUMNS
                                       ") VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr Statement update_pool_number{
    "update_pool_number",
    "UPDATE pool_numbers SET country_code = $2, area_code = $3, state = $4,"
    " rests_until = $5, account_id = $6 WHERE number = $1"};

}  // namespace

std::optional<PoolNumber> PostgresPool::find(E164 const& number) const {
  session_.claim(claim_on_pool);
  auto const& statement = session_.changes_things() ? pool_number_by_number_locked : pool_number_by_number;
  return session_.query(statement, number).one(pool_number_of<Row>);
}

std::optional<PoolNumber> PostgresPool::choose(PoolWish const& wish, AccountId account, Instant now) {
  session_.claim(claim_on_pool);
  auto const ask = [&](Statement const& wished, Statement const& in_area, Statement const& lowest) {
    auto const& statement = wish.number ? wished : wish.area_code ? in_area : lowest;
    return session_.query(statement, now, wish.country_code, wish.number, wish.area_code, account)
        .one(pool_number_of<Row>);
  };
  auto chosen = ask(pool_number_wished, pool_number_lowest_in_area, pool_number_lowest);
  if (chosen) return chosen;
  return ask(pool_number_wished_after_others, pool_number_lowest_in_area_after_others,
             pool_number_lowest_after_others);
}

std::vector<PoolNumber> PostgresPool::list() const {
  return session_.query(pool_numbers_in_order).all(pool_number_of<Row>);
}

void PostgresPool::insert(PoolNumber const& n) {
  session_.claim(claim_on_pool);
  session_.change(insert_pool_number, n.number, n.country_code, n.area_code, n.state, n.rests_until,
                  n.account);
}

void PostgresPool::update(PoolNumber const& n) {
  session_.claim(claim_on_pool);
  session_.change(update_pool_number, n.number, n.country_code, n.area_code, n.state, n.rests_until,
                  n.account);
}

}  // namespace linebook::postgres
