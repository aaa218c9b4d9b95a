// Secrets of lines: sealed under the account's data key, bound to their line and field.
#pragma once

#include <optional>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/lines/line.h"

namespace linebook {

inline constexpr std::string_view sip_password_field = "sip_password";
inline constexpr std::string_view auth_token_field = "twilio_auth_token";

SealedSecret seal(Transaction const&, Context const&, LineId const&, std::string_view field,
                  std::string_view plain);
/// The same under a key that the account is about to get.
SealedSecret seal_under(Secrets&, std::string_view wrapped_data_key, LineId const&, std::string_view field,
                        std::string_view plain);
Result<std::string> open_under(Secrets const&, std::string_view wrapped_data_key, LineId const&,
                               std::string_view field, SealedSecret const&);
Result<std::string> open_secret(Transaction const&, AccountId, Secrets const&, LineId const&,
                                std::string_view field, SealedSecret const&);
/// A secret that is sent again unchanged keeps its seal, so that nothing seems to have changed.
SealedSecret reseal(Transaction const&, Context const&, LineId const&, std::string_view field,
                    std::optional<SealedSecret> const& old, std::string_view plain);

}  // namespace linebook
