// A thread that looks at the database a few times a second: whether it is there and takes writes, and which
// keys and accounts other nodes have changed. Whatever may take longer is the upkeep's.
#pragma once

#include <chrono>

#include "store/jobs/key_change_log.h"
#include "store/postgres/key_news.h"
#include "store/postgres/link.h"
#include "store/postgres/rounds.h"
#include "store/postgres/trouble.h"

namespace linebook::postgres {

class Watch {
 public:
  /// A revoked key stops on every node within a second: one pause, one look, and some to spare.
  static constexpr std::chrono::milliseconds interval{250};

  Watch(Endpoint const&, KeyNews, KeyChangeLog&, Trouble&);
  void stop() { rounds_.stop(); }

 private:
  void look();

  KeyNews news_;
  KeyChangeLog& key_changes_;
  Trouble& trouble_;
  Link link_;
  Rounds rounds_;  // last: it uses all of the above
};

}  // namespace linebook::postgres
