// The demo account: the people, the agent and the numbers that the documentation's examples speak of.
#pragma once

#include <string>

#include "app/context.h"
#include "app/ports/clock.h"
#include "app/ports/store.h"

namespace linebook {

struct Demo {
  std::string token;        // of a new key; the one before is revoked
  std::string link_token;   // of a link that signs in to the console, once
  std::string line_number;  // answered by the demo agent
};

/// Loads the demo data where it is not there yet, and makes a new key for it. Waits.
Result<Demo> prepare_demo(Store&, Clock&, Ids&, Secrets&, Policies const&);

/// The URL, the link, the key, and lines that work when pasted: `browser_url` is for a browser on this
/// machine, `watch_phones` the command that shows the simulated phones.
std::string demo_greeting(Demo const&, std::string_view url, std::string_view browser_url,
                          std::string_view watch_phones);

}  // namespace linebook
