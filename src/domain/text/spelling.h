// How the values of an enum are spelled in the API, in the ledger and in the store: one table for both
// directions.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace linebook {

template <class E>
struct Spelling {
  E value;
  std::string_view text;
};

template <class E, std::size_t N>
constexpr std::string_view spell(Spelling<E> const (&table)[N], E value) {
  for (auto const& row : table)
    if (row.value == value) return row.text;
  return {};
}

template <class E, std::size_t N>
constexpr std::optional<E> unspell(Spelling<E> const (&table)[N], std::string_view text) {
  for (auto const& row : table)
    if (row.text == text) return row.value;
  return std::nullopt;
}

}  // namespace linebook
