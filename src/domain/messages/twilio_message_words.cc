#include "domain/messages/twilio_message_words.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<MessageStatus> twilio_message_statuses[] = {
    {MessageStatus::accepted, "accepted"},
    {MessageStatus::accepted, "scheduled"},
    {MessageStatus::queued, "queued"},
    {MessageStatus::sending, "sending"},
    {MessageStatus::sent, "sent"},
    {MessageStatus::delivered, "delivered"},
    {MessageStatus::delivered, "read"},
    {MessageStatus::delivered, "partially_delivered"},
    {MessageStatus::undelivered, "undelivered"},
    {MessageStatus::failed, "failed"},
    {MessageStatus::failed, "canceled"},
    {MessageStatus::received, "receiving"},
    {MessageStatus::received, "received"}};

}  // namespace

std::optional<MessageStatus> twilio_message_status(std::string_view word) {
  return unspell(twilio_message_statuses, word);
}

}  // namespace linebook
