// The books over one job's session.
#pragma once

#include "store/books/books.h"
#include "store/postgres/digit_search.h"
#include "store/postgres/session.h"

namespace linebook::books {
extern template class Books<postgres::Session>;  // books.cc
}

namespace linebook::postgres {

struct OpenBooks {
  OpenBooks(Session& session, DigitIndexes& indexes) : search(session, indexes), books(session, search) {}

  PostgresDigitSearch search;
  books::Books<Session> books;
};

/// The session under a transaction of this store.
inline Session& session_of(Transaction& transaction) {
  return static_cast<books::Books<Session>&>(transaction).session();
}

}  // namespace linebook::postgres
