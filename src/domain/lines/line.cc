#include "domain/lines/line.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Provider> providers[] = {
    {Provider::byo, "byo"}, {Provider::twilio, "twilio"}, {Provider::pia, "pia"}};
constexpr Spelling<LineStatus> statuses[] = {{LineStatus::provisioning, "provisioning"},
                                             {LineStatus::active, "active"},
                                             {LineStatus::error, "error"},
                                             {LineStatus::releasing, "releasing"}};

}  // namespace

std::string_view to_string(Provider p) { return spell(providers, p); }
std::optional<Provider> parse_provider(std::string_view text) { return unspell(providers, text); }
std::string_view to_string(LineStatus s) { return spell(statuses, s); }
std::optional<LineStatus> parse_line_status(std::string_view text) { return unspell(statuses, text); }

}  // namespace linebook
