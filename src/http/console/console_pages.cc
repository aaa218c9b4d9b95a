// /console/: the console's files, and its page at every other address, which its script then reads.
#include "http/codec/accepted_coding.h"
#include "http/codec/etag.h"
#include "http/console/console_files.h"
#include "http/console/routes.h"

namespace linebook::http {
namespace {

// Nothing but what comes from here: no script or style in the page itself, nobody's frame around it. The
// API's own answers need none of this: they are no pages.
constexpr std::string_view protection =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Frame-Options: DENY\r\n"  // of browsers that do not know frame-ancestors
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

constexpr std::string_view assets = "assets/";

ContentCoding coding_for(Call const& call, ConsoleFile const& file) {
  auto const wanted = call.request.header("Accept-Encoding");
  auto const coding = file.brotli.empty() || file.gzip.empty()
                          ? accepted_coding(wanted, {ContentCoding::gzip})
                          : accepted_coding(wanted, {ContentCoding::brotli, ContentCoding::gzip});
  return file.coded(coding).empty() ? ContentCoding::identity : coding;
}

Answer console_file(Call const& call, ConsoleFile const& file) {
  auto const coding = coding_for(call, file);
  // Each coding is a representation of its own. (RFC 9110, section 8.8.3.3)
  auto tag = "\"" + std::string(file.hash);
  if (coding != ContentCoding::identity) tag.append("-").append(to_string(coding));
  tag += '"';
  std::string head(protection);
  head.append(file.kept == Kept::for_ever ? "Cache-Control: public, max-age=31536000, immutable\r\n"
                                          : "Cache-Control: no-cache\r\n");
  head.append("ETag: ").append(tag).append("\r\n");
  if (call.if_none_match && names_tag(*call.if_none_match, tag, TagComparison::weak))
    return {
        .status = 304, .body = {}, .content_type = {}, .head = std::move(head), .vary = "Accept-Encoding"};
  if (coding != ContentCoding::identity)
    head.append("Content-Encoding: ").append(to_string(coding)).append("\r\n");
  return {.body = std::string(file.coded(coding)),
          .content_type = file.content_type,
          .head = std::move(head),
          .vary = "Accept-Encoding"};
}

Result<Plan> get_console(Call& call) { return console_file(call, console_page()); }

Result<Plan> get_console_file(Call& call) {
  auto const& name = call.parameter();
  if (auto const* const file = find_console_file(name)) return console_file(call, *file);
  // A script of another version is missed as one, not taken for a page.
  if (name.starts_with(assets)) return fail(not_found("file of the console"));
  return console_file(call, console_page());
}

Result<Plan> go_to_console(Call&) {
  return Answer{.status = 302,
                .body = {},
                .location = "/console/",
                .content_type = {},
                .head = std::string(protection) + "Cache-Control: no-store\r\n"};
}

}  // namespace

std::vector<Route> console_routes() {
  return {{Method::get, "/", std::nullopt, go_to_console},
          {Method::get, "/console", std::nullopt, go_to_console},
          {Method::get, "/console/", std::nullopt, get_console},
          {Method::get, "/console/{path}", std::nullopt, get_console_file}};
}

}  // namespace linebook::http
