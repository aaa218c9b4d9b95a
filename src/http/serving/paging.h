// The two ways in which lists are paged: page_size/page_token (lines and what follows their manner) and
// limit/offset (contacts and people), with their query parameters and what they answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/ports/agents.h"
#include "http/codec/json_writer.h"
#include "http/serving/endpoint.h"

namespace linebook::http {

inline constexpr std::int64_t default_page_size = 20;
inline constexpr std::int64_t max_page_size = 100;

/// One page of a walk by token.
struct TokenPage {
  std::int64_t size = default_page_size;
  std::optional<std::string> cursor;  // as make_token was given it; nothing: the first page
  std::string binding;                // what the next token is bound to
};

/// page_size and page_token, then finish(): the usual end of a list endpoint's query.
Result<TokenPage> finish_token_page(Call&);

/// The token of the page that begins after `cursor`.
std::string next_token(Environment const&, AccountId, TokenPage const&, std::string_view cursor, Instant now);

/// A keyset as a cursor and back.
std::string to_cursor(Instant created_at, std::string_view id);
std::optional<Keyset> keyset_from(std::optional<std::string> const& cursor);
std::optional<std::int64_t> sequence_from(std::optional<std::string> const& cursor);

/// {"<name>":[…],"next_page_token":…} of `items`, which were asked for with one more than the page holds.
template <class T, class Write, class Cursor>
Answer keyset_page_answer(std::string_view name, std::vector<T> items, TokenPage const& page, Write write,
                          Cursor cursor, Environment const& env, AccountId account, Instant now) {
  bool const more = std::ssize(items) > page.size;
  if (more) items.pop_back();
  JsonWriter json;
  json.begin_object().key(name).begin_array();
  for (auto const& item : items) write(json, item);
  json.end_array().key("next_page_token");
  if (more)
    json.string(next_token(env, account, page, cursor(items.back()), now));
  else
    json.null();
  json.end_object();
  return {.body = std::move(json).take()};
}

/// The read of such a list: `list(tx, account, after, limit)` finds its items.
template <class List, class Write, class Cursor>
Plan keyset_read(Call& call, TokenPage page, std::string_view name, List list, Write write, Cursor cursor) {
  return Read{ReadCost::bounded,
              [account = call.account(), page = std::move(page), now = call.now, &env = call.env, name, list,
               write, cursor](Transaction const& tx) -> Result<Answer> {
                return keyset_page_answer(name, list(tx, account, keyset_from(page.cursor), page.size + 1),
                                          page, write, cursor, env, account, now);
              }};
}

struct OffsetPage {
  std::int64_t limit = default_page_size;
  std::int64_t offset = 0;
};

/// What every JSON number can hold exactly, in any language.
inline constexpr std::int64_t max_offset = 9'007'199'254'740'991;

OffsetPage read_offset_page(QueryReader&);

/// `pagination`: total_items, total_pages, current_page, per_page, next_page, prev_page. (Seed 001.)
void write_pagination(JsonWriter&, OffsetPage const&, std::int64_t total);

/// {"data":[…],"pagination":{…}}
template <class T>
Answer offset_page_answer(CountedPage<T> const& found, OffsetPage const& page,
                          void (*write)(JsonWriter&, T const&)) {
  JsonWriter json;
  json.begin_object().key("data").begin_array();
  for (auto const& item : found.items) write(json, item);
  json.end_array();
  write_pagination(json, page, found.total);
  json.end_object();
  return {.body = std::move(json).take()};
}

}  // namespace linebook::http
