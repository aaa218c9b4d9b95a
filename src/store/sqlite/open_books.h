// The books over one connection, and what they are run by.
#pragma once

#include "store/books/books.h"
#include "store/sqlite/digit_search.h"
#include "store/sqlite/session.h"

namespace linebook::books {
extern template class Books<sqlite::Session>;  // books.cc
}

namespace linebook::sqlite {

struct OpenBooks {
  OpenBooks(Connection& db, DigitIndexes& indexes)
      : session(db), search(db, session.counters, indexes), books(session, search) {}

  Session session;
  SqliteDigitSearch search;
  books::Books<Session> books;
};

/// The connection under a transaction of this store.
inline Connection& connection_of(Transaction& transaction) {
  return static_cast<books::Books<Session>&>(transaction).session().connection();
}

}  // namespace linebook::sqlite
