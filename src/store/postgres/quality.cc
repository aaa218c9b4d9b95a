// The quality report of an account's contact book: three walks, each counting all and keeping the first few.
#include "store/jobs/number_judge.h"
#include "store/postgres/session.h"

namespace linebook::postgres {
namespace {

constexpr std::int64_t judged_at_a_time = 20'000;

// Out of the unique index.
constexpr Statement quality_numbers_in_order{
    "quality_numbers_in_order",
    "SELECT number, person_type, person_id, id FROM contact_numbers WHERE account_id = $1"
    " AND (number, person_type, person_id) > ($2, $3, $4)"
    " ORDER BY number, person_type, person_id LIMIT $5"};
constexpr Statement quality_never_verified{"quality_never_verified",
                                           "SELECT number, id FROM contact_numbers WHERE account_id = $1 AND "
                                           "NOT verified ORDER BY id DESC LIMIT $2"};
constexpr Statement quality_never_verified_total{
    "quality_never_verified_total",
    "SELECT count(*) FROM contact_numbers WHERE account_id = $1 AND NOT verified"};
#define WITHOUT_PRIMARY                                                                    \
  " FROM people p WHERE p.account_id = $1 AND NOT EXISTS (SELECT 1 FROM contact_numbers c" \
  " WHERE c.account_id = $1 AND c.person_type = p.person_type AND c.person_id = p.id AND c.is_primary)"
constexpr Statement quality_without_primary{
    "quality_without_primary", "SELECT p.person_type, p.id, p.first_name, p.last_name" WITHOUT_PRIMARY
                               " ORDER BY p.person_type, p.id LIMIT $2"};
constexpr Statement quality_without_primary_total{"quality_without_primary_total",
                                                  "SELECT count(*)" WITHOUT_PRIMARY};

QualityReport::Doubtful doubtful_of(Row const& row) {
  return {row.get<ContactNumberId>(1), row.get<TenDigits>(0)};
}

QualityReport::PersonWithoutPrimary without_primary_of(Row const& row) {
  return {{row.get<PersonType>(0), row.get<PersonId>(1)},
          row.get<std::string>(2) + " " + row.get<std::string>(3)};
}

void judge_numbers(Session& session, AccountId account, QualityReport& report) {
  NumberJudge judge(report);
  std::string number, type, id;
  for (;;) {
    auto const rows = session.query(quality_numbers_in_order, account, number, type, id, judged_at_a_time);
    for (int i = 0; i < rows.size(); ++i)
      judge.add(rows[i].get<TenDigits>(0), rows[i].get<ContactNumberId>(3));
    if (rows.size() < judged_at_a_time) break;
    auto const last = rows[rows.size() - 1];
    number = last.get<std::string>(0);
    type = last.get<std::string>(1);
    id = last.get<std::string>(2);
  }
  judge.finish();
}

}  // namespace

QualityReport Session::quality(AccountId account) {
  QualityReport report;
  judge_numbers(*this, account, report);
  report.never_verified = query(quality_never_verified, account, quality_list_limit).all(doubtful_of);
  report.never_verified_numbers = query(quality_never_verified_total, account).number();
  report.without_primary =
      query(quality_without_primary, account, quality_list_limit).all(without_primary_of);
  report.people_without_primary = query(quality_without_primary_total, account).number();
  return report;
}

}  // namespace linebook::postgres
