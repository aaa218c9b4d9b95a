// Do-not-call lists in the database, on connections of their own.
#pragma once

#include <mutex>

#include "app/ports/shared_lists.h"
#include "store/postgres/link.h"

namespace linebook::postgres {

class PostgresSharedLists final : public SharedLists {
 public:
  explicit PostgresSharedLists(Endpoint const& endpoint)
      : endpoint_(endpoint), link_(endpoint, reading_bounds) {}

  Result<std::vector<SharedList>> newest() override;
  Result<std::uint64_t> next_version(std::string const& name) override;
  Result<void> put(SharedList const&, std::uint64_t based_on, ReadPiece const&) override;
  Result<void> get(SharedList const&, TakePiece const&) override;

 private:
  template <class Ask>
  auto ask(Ask ask) -> Result<decltype(ask(std::declval<Connection&>()))>;
  template <class Work>
  Result<void> on_connection(Work work);

  Endpoint const& endpoint_;
  std::mutex mutex_;
  Link link_;  // for what is asked again and again
};

}  // namespace linebook::postgres
