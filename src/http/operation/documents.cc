#include "http/operation/documents.h"

// The files are taken in by the assembler, where CMake says they are.
#define LINEBOOK_EMBED(symbol, path)                                                   \
  asm(".section .rodata\n.global " #symbol "_begin\n.global " #symbol "_end\n" #symbol \
      "_begin:\n.incbin \"" path "\"\n" #symbol "_end:\n.byte 0\n.previous\n");        \
  extern "C" char const symbol##_begin[];                                              \
  extern "C" char const symbol##_end[];

LINEBOOK_EMBED(linebook_openapi_json, LINEBOOK_OPENAPI_JSON)
LINEBOOK_EMBED(linebook_docs_page, LINEBOOK_DOCS_PAGE)
LINEBOOK_EMBED(linebook_docs_start, LINEBOOK_DOCS_START)
LINEBOOK_EMBED(linebook_swagger_css, LINEBOOK_SWAGGER_UI "/swagger-ui.css")
LINEBOOK_EMBED(linebook_swagger_js, LINEBOOK_SWAGGER_UI "/swagger-ui-bundle.js")

namespace linebook::http {
namespace {

std::string_view between(char const* begin, char const* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view openapi_document() {
  return between(linebook_openapi_json_begin, linebook_openapi_json_end);
}

std::optional<Document> find_document(std::string_view name) {
  Document const documents[] = {
      {"index.html", "text/html; charset=utf-8", between(linebook_docs_page_begin, linebook_docs_page_end)},
      {"start.js", "text/javascript; charset=utf-8",
       between(linebook_docs_start_begin, linebook_docs_start_end)},
      {"swagger-ui.css", "text/css; charset=utf-8",
       between(linebook_swagger_css_begin, linebook_swagger_css_end)},
      {"swagger-ui-bundle.js", "text/javascript; charset=utf-8",
       between(linebook_swagger_js_begin, linebook_swagger_js_end)},
  };
  for (auto const& document : documents)
    if (document.name == name) return document;
  return std::nullopt;
}

}  // namespace linebook::http
