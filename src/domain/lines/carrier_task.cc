#include "domain/lines/carrier_task.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<CarrierGoal> goals[] = {
    {CarrierGoal::hold, "hold"}, {CarrierGoal::detach, "detach"}, {CarrierGoal::release, "release"}};
constexpr Spelling<NumberSource> sources[] = {
    {NumberSource::owned, "owned"}, {NumberSource::bought, "bought"}, {NumberSource::searched, "searched"}};
constexpr Spelling<Purchase> purchases[] = {
    {Purchase::none, "none"}, {Purchase::intended, "intended"}, {Purchase::sent, "sent"}};
constexpr Spelling<FailureKind> failure_kinds[] = {{FailureKind::not_owned, "not_owned"},
                                                   {FailureKind::none_available, "none_available"},
                                                   {FailureKind::refused, "refused"},
                                                   {FailureKind::broken, "broken"},
                                                   {FailureKind::timeout, "timeout"},
                                                   {FailureKind::drifted, "drifted"},
                                                   {FailureKind::gone, "gone"}};

}  // namespace

std::string_view to_string(CarrierGoal g) { return spell(goals, g); }
std::optional<CarrierGoal> parse_carrier_goal(std::string_view text) { return unspell(goals, text); }
std::string_view to_string(NumberSource s) { return spell(sources, s); }
std::optional<NumberSource> parse_number_source(std::string_view text) { return unspell(sources, text); }
std::string_view to_string(Purchase p) { return spell(purchases, p); }
std::optional<Purchase> parse_purchase(std::string_view text) { return unspell(purchases, text); }
std::string_view to_string(FailureKind k) { return spell(failure_kinds, k); }
std::optional<FailureKind> parse_failure_kind(std::string_view text) { return unspell(failure_kinds, text); }

}  // namespace linebook
