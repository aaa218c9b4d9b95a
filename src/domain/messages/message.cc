#include "domain/messages/message.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<MessageStatus> message_statuses[] = {{MessageStatus::unknown, "unknown"},
                                                        {MessageStatus::accepted, "accepted"},
                                                        {MessageStatus::queued, "queued"},
                                                        {MessageStatus::sending, "sending"},
                                                        {MessageStatus::sent, "sent"},
                                                        {MessageStatus::delivered, "delivered"},
                                                        {MessageStatus::undelivered, "undelivered"},
                                                        {MessageStatus::failed, "failed"},
                                                        {MessageStatus::held, "held"},
                                                        {MessageStatus::received, "received"}};

}  // namespace

std::string_view to_string(MessageStatus s) { return spell(message_statuses, s); }
std::optional<MessageStatus> parse_message_status(std::string_view text) {
  return unspell(message_statuses, text);
}

}  // namespace linebook
