// Words that are kept of calls and texts: health data, sealed under the account's data key and bound to the
// call or text that they are of.
#pragma once

#include <string>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"

namespace linebook {

std::string seal_words(Transaction const&, Context const&, std::string_view subject, std::string_view words);
/// The same under a key that the account is about to get.
std::string seal_words_under(Context const&, std::string_view wrapped_data_key, std::string_view subject,
                             std::string_view words);
Result<std::string> open_words(Transaction const&, AccountId, Secrets const&, std::string_view subject,
                               std::string_view sealed);
Result<std::string> open_words_under(Context const&, std::string_view wrapped_data_key,
                                     std::string_view subject, std::string_view sealed);

}  // namespace linebook
