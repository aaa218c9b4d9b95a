#pragma once

#include <cstdint>

#include "app/ports/event_feed.h"
#include "http/serving/key_directory.h"

namespace linebook::http {

/// What a listener wants to hear, and from where on.
struct Listener {
  Principal principal;
  EventFilter filter;
  std::int64_t after = 0;
};

}  // namespace linebook::http
