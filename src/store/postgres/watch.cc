#include "store/postgres/watch.h"

namespace linebook::postgres {
namespace {

constexpr Statement write_probe{"write_probe",
                                "INSERT INTO installation AS i (name, value) VALUES ('write_probe', '1')"
                                " ON CONFLICT (name) DO UPDATE SET value = (i.value::bigint + 1)::text"};

}  // namespace

Watch::Watch(Endpoint const& endpoint, KeyNews news, KeyChangeLog& key_changes, Trouble& trouble)
    : news_(news),
      key_changes_(key_changes),
      trouble_(trouble),
      link_(endpoint, reading_bounds),
      rounds_(interval, [this] {
        try {
          look();
        } catch (ConnectionLost const& lost) {
          link_.drop();
          trouble_.set(lost.what());
        } catch (std::exception const& e) {
          trouble_.set(e.what());
        }
      }) {}

void Watch::look() {
  auto& db = link_.open();
  key_changes_.add(news_.read(db));
  if (!trouble_.what()) return;
  db.run(write_probe);
  trouble_.clear();
}

}  // namespace linebook::postgres
