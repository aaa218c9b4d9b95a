// What is built into the binary to be shown: the OpenAPI document and the page that browses it.
#pragma once

#include <optional>
#include <string_view>

namespace linebook::http {

struct Document {
  std::string_view name;
  std::string_view content_type;
  std::string_view content;
};

/// The OpenAPI 3.1 document as JSON (api/openapi.yaml).
std::string_view openapi_document();

/// A file of /docs: the page, its style and scripts (swagger-ui-dist).
std::optional<Document> find_document(std::string_view name);

}  // namespace linebook::http
