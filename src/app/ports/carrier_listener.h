// What a carrier tells and asks by itself. Twilio does so over HTTP, signed
// (http/calls/carrier_endpoints.cc); a carrier within this process does it here. Any thread; nothing waits,
// and each reply comes once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/id.h"
#include "domain/calls/call_record.h"
#include "domain/calls/call_script.h"
#include "domain/messages/message.h"

namespace linebook {

/// Of a call that we placed, or that came to one of our lines.
struct CallNews {
  std::optional<CallId> id = {};  // ours, where we placed it
  std::string sid;
  std::string from;
  std::string to;
  CallStatus status = CallStatus::ringing;
  std::optional<AnsweredBy> answered_by = {};
  std::optional<std::int64_t> duration_seconds = {};
  std::optional<std::int64_t> sequence = {};  // the carrier's own count of what it tells of this call
};

struct TextNews {
  std::optional<MessageId> id = {};
  std::string sid;
  std::string from;
  std::string to;
  MessageStatus status = MessageStatus::sent;
  std::optional<int> error_code = {};
};

struct InboundText {
  std::string sid;
  std::string from;
  std::string to;
  std::string text;
};

class CarrierListener {
 public:
  virtual ~CarrierListener() = default;

  /// `taken` once it is committed; false: it was not, and is to be told again.
  virtual void call_changed(CallNews, std::move_only_function<void(bool taken)>) = 0;
  /// A call that we placed is answered, and says what it is to do.
  virtual void call_answered(CallNews, std::move_only_function<void(CallScript)>) = 0;
  /// A call to one of our lines.
  virtual void call_came_in(CallNews, std::move_only_function<void(CallScript)>) = 0;
  virtual void text_changed(TextNews, std::move_only_function<void(bool taken)>) = 0;
  /// `reply`: what is texted back at once, where anything is.
  virtual void text_came_in(InboundText,
                            std::move_only_function<void(bool taken, std::optional<std::string> reply)>) = 0;
};

}  // namespace linebook
