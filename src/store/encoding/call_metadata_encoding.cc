#include "store/encoding/call_metadata_encoding.h"

#include "store/encoding/json_text.h"
#include "store/encoding/stored_json.h"

namespace linebook {

std::string encode_call_metadata(CallMetadata const& metadata) {
  std::string out = "[";
  for (auto const& [name, value] : metadata) {
    if (out.size() > 1) out += ',';
    append_json_text(out += '[', name);
    append_json_text(out += ',', value);
    out += ']';
  }
  return out += ']';
}

CallMetadata decode_call_metadata(std::string_view document) {
  return read_stored_json(
      document, "the database holds unreadable metadata of a call", [](boost::json::value const& pairs) {
        CallMetadata metadata;
        for (auto const& pair : pairs.as_array())
          metadata.emplace_back(stored_text(pair.as_array().at(0)), stored_text(pair.as_array().at(1)));
        return metadata;
      });
}

}  // namespace linebook
