#include "domain/reach/consent.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<ConsentStatus> status_names[] = {{ConsentStatus::granted, "granted"},
                                                    {ConsentStatus::revoked, "revoked"}};
constexpr Spelling<ConsentBasis> basis_names[] = {{ConsentBasis::written, "written"},
                                                  {ConsentBasis::verbal, "verbal"},
                                                  {ConsentBasis::inquiry, "inquiry"},
                                                  {ConsentBasis::relationship, "relationship"}};

}  // namespace

std::string_view to_string(ConsentStatus status) { return spell(status_names, status); }
std::optional<ConsentStatus> parse_consent_status(std::string_view text) {
  return unspell(status_names, text);
}
std::string_view to_string(ConsentBasis basis) { return spell(basis_names, basis); }
std::optional<ConsentBasis> parse_consent_basis(std::string_view text) { return unspell(basis_names, text); }

}  // namespace linebook
