// The quality report of an account's contact book: three walks, each counting all and keeping the first few.
#include "store/jobs/number_judge.h"
#include "store/sqlite/session.h"

namespace linebook::sqlite {
namespace {

constexpr Statement numbers_by_age{
    "quality_numbers_by_age", "SELECT number, id FROM contact_numbers WHERE account_id = ?1 ORDER BY id"};
constexpr Statement never_verified{
    "quality_never_verified",
    "SELECT number, id FROM contact_numbers WHERE account_id = ?1 AND verified = 0 ORDER BY id DESC"};
constexpr Statement without_primary{
    "quality_without_primary",
    "SELECT p.person_type, p.id, p.first_name, p.last_name FROM people p WHERE p.account_id = ?1"
    " AND NOT EXISTS (SELECT 1 FROM contact_numbers c INDEXED BY contact_numbers_primary"
    "                 WHERE c.account_id = ?1 AND c.person_type = p.person_type AND c.person_id = p.id"
    "                 AND c.is_primary = 1)"
    " ORDER BY p.person_type, p.id"};

}  // namespace

QualityReport Session::quality(AccountId account) {
  QualityReport report;
  NumberJudge judge(report);
  for (Query query(db_, numbers_by_age, account); query.next();)
    judge.add(query.get<TenDigits>(0), query.get<ContactNumberId>(1));
  judge.finish();
  for (Query query(db_, never_verified, account); query.next(); ++report.never_verified_numbers)
    if (has_room(report.never_verified))
      report.never_verified.push_back({query.get<ContactNumberId>(1), query.get<TenDigits>(0)});
  for (Query query(db_, without_primary, account); query.next(); ++report.people_without_primary)
    if (has_room(report.without_primary))
      report.without_primary.push_back({{query.get<PersonType>(0), query.get<PersonId>(1)},
                                        query.get<std::string>(2) + " " + query.get<std::string>(3)});
  return report;
}

}  // namespace linebook::sqlite
