// The rows of a query, each made into what it stands for.
#pragma once

#include <optional>
#include <vector>

#include "store/sqlite/connection.h"

namespace linebook::sqlite {

template <class T>
std::vector<T> all(Query&& query, T (*make)(Query const&)) {
  std::vector<T> rows;
  while (query.next()) rows.push_back(make(query));
  return rows;
}

template <class T>
std::optional<T> one(Query&& query, T (*make)(Query const&)) {
  if (!query.next()) return std::nullopt;
  return make(query);
}

}  // namespace linebook::sqlite
