// Page tokens as a client may send them: none that we did not make is ever taken.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fakes/plain_secrets.h"
#include "http/codec/page_token.h"
#include "http/serving/paging.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace linebook;
  using namespace linebook::http;
  static fakes::PlainSecrets secrets;
  static PageTokens const tokens(secrets);
  constexpr Instant now{1'739'955'000'000};
  std::string_view const text(reinterpret_cast<char const*>(data), size);

  // Any cursor comes back as it was, for its own account and query only.
  auto const token = tokens.make({1}, "/phone_numbers?", text, now);
  if (token.size() <= 1024) {
    auto const cursor = tokens.read({1}, "/phone_numbers?", token, now);
    if (!cursor || *cursor != text) std::abort();
    if (tokens.read({2}, "/phone_numbers?", token, now)) std::abort();
  }
  // The input itself as a token: read, whatever it is, without harm.
  if (auto cursor = tokens.read({1}, "/phone_numbers?", text, now)) keyset_from(*cursor);
  keyset_from(std::string(text));
  sequence_from(std::string(text));
  return 0;
}
