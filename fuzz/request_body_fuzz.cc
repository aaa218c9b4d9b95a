// Request bodies from the wire to typed commands: strict JSON, then each codec of a body.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/codec/field_parsers.h"
#include "http/codec/json_document.h"
#include "http/codec/query_reader.h"
#include "http/lines/line_requests.h"

namespace {

using namespace linebook;
using namespace linebook::http;

void demand(bool holds) {
  if (!holds) std::abort();
}

void read_everything(boost::json::value const& body) {
  auto const command = read_create_line(body);
  std::visit(
      [](auto const& c) {
        // What decoding found nothing wrong with is whole.
        if constexpr (requires { c.sip_username; }) {
          if (c.problems.empty())
            demand(!c.phone_number.empty() && c.sip_username.has_value() == c.sip_password.has_value());
        }
      },
      command);
  read_edit_line(body);
  Problems problems;
  auto const window = read_contact_window(body, "w.", problems);
  demand(window.has_value() == problems.empty());
  problems.clear();
  demand(read_fallback(body, "f.", problems).has_value() == problems.empty());
  problems.clear();
  demand(read_agent_answer(body, "a.", problems).has_value() == problems.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  if (auto body = parse_json(text)) read_everything(*body);

  QueryReader query(text);
  query.integer("limit", 1, 100);
  query.boolean("primary");
  query.text("q");
  query.time("since");
  query.canonical();
  (void)query.finish();
  return 0;
}
