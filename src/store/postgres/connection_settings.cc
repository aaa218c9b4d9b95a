#include "store/postgres/connection_settings.h"

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <vector>

namespace linebook::postgres {
namespace {

std::vector<std::string> split_hosts(std::string const& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    auto const comma = text.find(',', begin);
    parts.push_back(text.substr(begin, comma - begin));
    if (comma == text.npos) return parts;
    begin = comma + 1;
  }
}

std::string place_of(std::map<std::string, std::string> const& options) {
  auto const value = [&](char const* name, char const* absent) {
    auto const known = options.find(name);
    return known == options.end() || known->second.empty() ? std::string(absent) : known->second;
  };
  auto const hosts = split_hosts(value("host", value("hostaddr", "local").c_str()));
  auto const ports = split_hosts(value("port", "5432"));
  std::string place;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (i > 0) place += ',';
    place += hosts[i] + ":" + (i < ports.size() ? ports[i] : ports.back());
  }
  return place + "/" + value("dbname", value("user", "").c_str());
}

}  // namespace

Result<ConnectionSettings> ConnectionSettings::parse(std::string url) {
  std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const options(
      PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
  // libpq's own words may repeat what it could not read, a password among it.
  if (!options)
    return fail(ErrorCode::invalid_parameter,
                "the database's address cannot be read; it looks like "
                "postgresql://user@host:5432/database (percent-encode what is not a letter or a digit)");
  std::map<std::string, std::string> given;
  for (auto const* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) given[option->keyword] = option->val;
  ConnectionSettings settings;
  settings.url_ = std::move(url);
  settings.place_ = place_of(given);
  return settings;
}

}  // namespace linebook::postgres
