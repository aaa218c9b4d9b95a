// The desk that wakes the streams of an I/O thread. Everything here happens on that thread.
#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <map>
#include <memory>
#include <utility>

#include "http/events/event_stream.h"

namespace linebook::http {

/// The streams of one I/O thread, by account.
class StreamDesk {
 public:
  StreamDesk(EventStreams& streams, std::shared_ptr<StreamThread> thread)
      : streams_(streams), thread_(std::move(thread)) {}

  EventWindow const& join(EventStream&, std::int64_t after);
  void leave(EventStream&);

 private:
  /// The streams of an account. One task a time is on its way to wake them, however much happens.
  struct Table {
    boost::intrusive::list<EventStream> streams;
    boost::intrusive::list<EventStream>::iterator upcoming = streams.end();  // of the walk that is going on
    std::shared_ptr<std::atomic<bool>> is_told = std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<Following> following;
  };
  static void wake(Table&);

  EventStreams& streams_;
  std::shared_ptr<StreamThread> const thread_;
  std::map<AccountId, std::shared_ptr<Table>> tables_;
};

}  // namespace linebook::http
