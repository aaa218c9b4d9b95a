// What Twilio asks and tells, as it comes: a form or JSON, signed with the token of the account whose line it
// is about. (https://www.twilio.com/docs/usage/security)
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/lines/line.h"
#include "http/codec/form_body.h"
#include "http/serving/endpoint.h"

namespace linebook::http {

inline constexpr std::string_view carrier_actor = "twilio";
inline constexpr std::size_t max_carrier_text = 255;  // bytes of an address or an id

/// One notice as it came.
struct Notice {
  std::string url;  // as Twilio called it
  std::string signature;
  bool is_form = true;
  std::string body;
  FormBody fields;  // of the form, or of a JSON object

  bool is_signed(std::string_view auth_token) const;
  /// Cut to what an address or an id may have.
  std::string text(std::string_view name) const;
  /// Nothing where it is absent, or no whole number that is not negative.
  std::optional<std::int64_t> number(std::string_view name) const;
};

Result<Notice> read_notice(Call&);

struct KnownLine {
  AccountId account;
  Line line;
};

/// The line whose number stands in `field`, where its carrier's account signed the notice. Only lines of
/// numbers in service are looked at: a private identifier that reads like a number is its account's own
/// business, and no carrier's call ever leads to it.
std::optional<KnownLine> signed_line(Transaction const&, Environment const&, Notice const&,
                                     std::string_view field);

Error not_signed();

/// What is done with a notice, in a write.
using TakeIn = std::move_only_function<Result<Answer>(Transaction&, Context const&, KnownLine const&)>;

/// Looks who it is in a read, since whoever is not Twilio may not keep the writer busy; then takes it in, and
/// answers once that is committed: Twilio does not repeat what was taken.
Plan taking_in(Call&, Notice, std::string_view field, TakeIn);

/// Takes it in behind an answer that does not wait for the disk.
void take_in_behind(Environment const&, KnownLine, Instant now, TakeIn);

/// A document that tells Twilio what to do.
Answer xml(std::string body);

}  // namespace linebook::http
