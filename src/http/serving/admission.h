// Whether a request may go on. Its head alone tells, so that a refusal costs no body: its route (404, 405),
// the bearer of its token or session cookie (401), that key's and its account's minute (429), the scopes
// (403), whether a request with the cookie is the signed-in person's own (403), the announced body (413,
// 415).
#pragma once

#include <cstddef>

#include "base/result.h"
#include "http/serving/api_exchange.h"
#include "http/serving/key_directory.h"
#include "http/serving/router.h"
#include "http/transport/exchange.h"
#include "http/transport/server.h"

namespace linebook::http {

inline constexpr std::size_t max_body_bytes = Limits{}.body_bytes;
/// A body where the request takes none is passed over up to this size.
inline constexpr std::size_t max_ignored_body_bytes = 1024;

/// Outlived by what it is given. Any thread.
class Admission {
 public:
  Admission(Router const& router, KeyDirectory& keys, AccountAllowances& accounts, Secrets const& secrets)
      : router_(router), keys_(keys), accounts_(accounts), secrets_(secrets) {}

  /// postponed: the key is being looked up, or what its account may is. The exchange is not to be touched
  /// until the request is recalled; then it is checked once more.
  enum class Verdict { goes_on, postponed };

  /// Makes its checks in the API's order, and keeps in the exchange what they find out. An error is what the
  /// request is refused with.
  Result<Verdict> check(Request const&, ApiExchange&, Postponement&);

 private:
  Result<void> find_route(Request const&, ApiExchange&) const;
  Result<Verdict> check_caller(Request const&, ApiExchange&, Postponement&);
  Result<Verdict> spend_allowances(ApiExchange&, Postponement&);
  /// Finds out whose token it is; nothing in the exchange's principal where it is nobody's.
  Result<Verdict> find_principal(Mac const& hash, Request const&, ApiExchange&, Postponement&);

  void look_up(Mac const& hash, Request const&, ApiExchange&, Recall);

  Router const& router_;
  KeyDirectory& keys_;
  AccountAllowances& accounts_;
  Secrets const& secrets_;
};

}  // namespace linebook::http
