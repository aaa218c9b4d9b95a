#include "cli/print.h"

#include <boost/json/serialize.hpp>

namespace linebook {
namespace {

bool rests(PoolNumber const& number, Instant now) { return number.rests_until && *number.rests_until > now; }

}  // namespace

std::string json_line(boost::json::value const& value) { return boost::json::serialize(value) + "\n"; }

boost::json::value json_time(std::optional<Instant> const& at) {
  if (!at) return nullptr;
  return boost::json::value(to_rfc3339(*at));
}

boost::json::object account_json(Account const& account) {
  return {{"id", account.id.value},
          {"name", account.name},
          {"status", std::string(to_string(account.status))},
          {"rate_limit", account.rate_limit},
          {"created_at", to_rfc3339(account.created_at)}};
}

boost::json::object key_json(ApiKey const& key, Account const& account, Instant now) {
  return {{"id", key.id.value},
          {"account", account.name},
          {"name", key.name},
          {"scopes", key.scopes.to_string()},
          {"rate_limit", key.rate_limit},
          {"status", key_status(key, account.status, now)},
          {"created_at", to_rfc3339(key.created_at)},
          {"expires_at", json_time(key.expires_at)},
          {"revoked_at", json_time(key.revoked_at)},
          {"last_used_at", json_time(key.last_used_at)}};
}

boost::json::object pool_number_json(PoolNumber const& number, Instant now) {
  return {
      {"phone_number", number.number.str()},
      {"country_code", number.country_code},
      {"area_code", number.area_code ? boost::json::value(*number.area_code) : boost::json::value(nullptr)},
      {"state", pool_state(number, now)},
      {"rests_until", json_time(rests(number, now) ? number.rests_until : std::nullopt)},
      {"carrier", number.carrier ? boost::json::value(std::string(to_string(*number.carrier)))
                                 : boost::json::value(nullptr)}};
}

std::string key_status(ApiKey const& key, AccountStatus account, Instant now) {
  if (key.revoked_at) return "revoked";
  if (key.expires_at && *key.expires_at <= now) return "expired";
  return account == AccountStatus::suspended ? "suspended" : "active";
}

std::string pool_state(PoolNumber const& number, Instant now) {
  bool const resting = number.state == PoolState::available && rests(number, now);
  return std::string(resting ? "resting" : to_string(number.state));
}

std::string time_or_dash(std::optional<Instant> const& at) { return at ? to_rfc3339(*at) : "-"; }

std::string grouped(std::uint64_t n) {
  auto text = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  return grouped(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace linebook
