// A text as the API tells it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ports/contact_numbers.h"
#include "app/ports/store.h"
#include "domain/dispatch/status_notice.h"
#include "domain/messages/message.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

/// A message with its words, where they are told, and whoever has the number of the other side.
struct ShownMessage {
  Message message;
  std::optional<std::string> text;
  std::vector<LinkedContactNumber> people;
};

/// Looks up whose number the other side's is.
ShownMessage with_people(Transaction const&, AccountId, Message, std::optional<std::string> text);

void write_message(JsonWriter&, ShownMessage const&);
std::string message_json(ShownMessage const&);
std::string message_json(ShownMessage const&, std::vector<StatusNotice> const& events);

}  // namespace linebook::http
