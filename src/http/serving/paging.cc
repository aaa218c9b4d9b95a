#include "http/serving/paging.h"

#include <charconv>

namespace linebook::http {

Result<TokenPage> finish_token_page(Call& call) {
  TokenPage page;
  page.size = call.query.integer("page_size", 1, max_page_size).value_or(default_page_size);
  auto const token = call.query.text("page_token");
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  page.binding = std::string(call.path) + "?" + call.query.canonical();
  if (!token) return page;
  auto cursor = call.env.page_tokens.read(call.account(), page.binding, *token, call.now);
  if (!cursor) return fail(std::move(cursor.error()));
  page.cursor = std::move(*cursor);
  return page;
}

std::string next_token(Environment const& env, AccountId account, TokenPage const& page,
                       std::string_view cursor, Instant now) {
  return env.page_tokens.make(account, page.binding, cursor, now);
}

std::string to_cursor(Instant created_at, std::string_view id) {
  return std::to_string(created_at.milliseconds) + ":" + std::string(id);
}

namespace {

/// Cursors were authenticated with their token, so a bad one is a bug, not an input.
std::int64_t number_in(std::string_view text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

}  // namespace

std::optional<Keyset> keyset_from(std::optional<std::string> const& cursor) {
  if (!cursor) return std::nullopt;
  auto const colon = cursor->find(':');
  return Keyset{{number_in(std::string_view(*cursor).substr(0, colon))}, cursor->substr(colon + 1)};
}

std::optional<std::int64_t> sequence_from(std::optional<std::string> const& cursor) {
  if (!cursor) return std::nullopt;
  return number_in(*cursor);
}

OffsetPage read_offset_page(QueryReader& query) {
  return {query.integer("limit", 1, max_page_size).value_or(default_page_size),
          query.integer("offset", 0, max_offset).value_or(0)};
}

void write_pagination(JsonWriter& json, OffsetPage const& page, std::int64_t total) {
  auto const pages = total / page.limit + (total % page.limit != 0);
  auto const current = total == 0 ? 1 : page.offset / page.limit + 1;
  // Compared without adding, which an offset near the end of the range would overflow.
  bool const has_next = page.offset < total && total - page.offset > page.limit;
  auto const previous = page.offset >= total ? pages : current - 1;
  auto write = [&json](std::string_view name, std::int64_t value, bool is) {
    json.key(name);
    is ? json.number(value) : json.null();
  };
  json.key("pagination").begin_object();
  json.key("total_items").number(total).key("total_pages").number(pages);
  json.key("current_page").number(current).key("per_page").number(page.limit);
  write("next_page", current + 1, has_next);
  write("prev_page", previous, previous > 0);
  json.end_object();
}

}  // namespace linebook::http
