#include "http/events/stream_desk.h"

namespace linebook::http {

EventWindow const& StreamDesk::join(EventStream& stream, std::int64_t after) {
  auto& table = tables_[stream.account()];
  if (!table) {
    table = std::make_shared<Table>();
    auto news = [told = table->is_told, thread = thread_, table = std::weak_ptr(table)] {
      if (told->exchange(true)) return;
      thread->post_task([table] {
        if (auto const still_there = table.lock()) wake(*still_there);
      });
    };
    table->following = streams_.deps_.feed.follow(stream.account(), after, std::move(news));
  }
  table->streams.push_back(stream);
  return table->following->window();
}

void StreamDesk::leave(EventStream& stream) {
  auto const at = tables_.find(stream.account());
  auto& table = *at->second;
  auto const here = table.streams.iterator_to(stream);
  if (table.upcoming == here) ++table.upcoming;
  table.streams.erase(here);
  if (table.streams.empty()) tables_.erase(at);
}

/// A stream that is woken may end its connection, and so leave.
void StreamDesk::wake(Table& table) {
  *table.is_told = false;
  table.upcoming = table.streams.begin();
  while (table.upcoming != table.streams.end()) (table.upcoming++)->outlet().flow();
}

}  // namespace linebook::http
