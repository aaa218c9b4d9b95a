#include "http/serving/endpoint.h"

#include "http/codec/json_writer.h"

namespace linebook::http {

Answer deleted(std::string_view id, std::string_view message) {
  JsonWriter json;
  json.begin_object()
      .key("id")
      .string(id)
      .key("deleted")
      .boolean(true)
      .key("message")
      .string(message)
      .end_object();
  return {.body = std::move(json).take()};
}

}  // namespace linebook::http
