#include "cli/ledger_json.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "cli/print.h"

namespace linebook {
namespace {

namespace json = boost::json;

json::value value_of(FieldValue const& value) {
  struct ToJson {
    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(bool v) const { return v; }
    json::value operator()(std::int64_t v) const { return v; }
    json::value operator()(std::string const& v) const { return json::value(v); }
  };
  return std::visit(ToJson{}, value);
}

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::optional<std::string> unhex(std::string_view text) {
  auto const digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int const high = digit(text[i]);
    int const low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::optional<SealedHead> parse_head(std::string_view line) {
  boost::system::error_code error;
  auto const value = json::parse(json::string_view(line.data(), line.size()), error);
  auto const* object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  auto const* account = object->if_contains("account_id");
  auto const* sequence = object->if_contains("last_sequence");
  auto const* chain = object->if_contains("chain");
  if (account == nullptr || sequence == nullptr || chain == nullptr || !account->is_int64() ||
      !sequence->is_int64() || !chain->is_string())
    return std::nullopt;
  auto const& text = chain->get_string();
  auto bytes = unhex({text.data(), text.size()});
  if (!bytes) return std::nullopt;
  auto book = std::optional(SealedBook::ledger);  // as heads were printed before there were decisions
  if (auto const* name = object->if_contains("book")) {
    if (!name->is_string()) return std::nullopt;
    book = parse_sealed_book({name->get_string().data(), name->get_string().size()});
  }
  if (!book) return std::nullopt;
  return SealedHead{*book, AccountId{account->get_int64()}, sequence->get_int64(), std::move(*bytes)};
}

}  // namespace

std::string ledger_entry_line(std::string_view account_name, LedgerEntry const& entry) {
  json::object changes;
  for (auto const& change : entry.changes)
    changes[change.field] = change.secrecy == Secrecy::secret
                                ? json::object{{"changed", true}}
                                : json::object{{"was", value_of(change.was)}, {"is", value_of(change.is)}};
  return json_line(json::object{{"account", json::string(account_name.data(), account_name.size())},
                                {"id", event_id(entry.sequence)},
                                {"sequence", entry.sequence},
                                {"time", to_rfc3339(entry.at)},
                                {"actor", entry.actor},
                                {"request_id", entry.request_id},
                                {"entity", std::string(to_string(entry.entity))},
                                {"entity_id", entry.entity_id},
                                {"action", std::string(to_string(entry.action))},
                                {"changes", std::move(changes)}});
}

std::string ledger_head_line(std::string_view account_name, SealedHead const& head) {
  return json_line(json::object{{"account", json::string(account_name.data(), account_name.size())},
                                {"account_id", head.account.value},
                                {"book", std::string(to_string(head.book))},
                                {"last_sequence", head.last_sequence},
                                {"chain", hex(head.chain)}});
}

Result<std::vector<SealedHead>> read_ledger_heads(InputFile& file) {
  std::string text;
  for (;;) {
    char buffer[4096];
    auto n = file.read(buffer, sizeof buffer);
    if (!n) return fail(std::move(n.error()));
    if (*n == 0) break;
    text.append(buffer, *n);
    if (text.size() > max_heads_file)
      return fail(ErrorCode::validation_error, "the file of heads is too long");
  }
  std::vector<SealedHead> heads;
  std::size_t line = 0;
  for (std::string_view left = text; !left.empty();) {
    ++line;
    auto const end = std::min(left.find('\n'), left.size());
    auto const head = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    if (head.empty()) continue;
    auto parsed = parse_head(head);
    if (!parsed)
      return fail(ErrorCode::validation_error,
                  "line " + std::to_string(line) + " is no head as `export audit --heads` prints it");
    heads.push_back(std::move(*parsed));
  }
  return heads;
}

}  // namespace linebook
