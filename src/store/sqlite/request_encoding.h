// Request records as bytes, many behind one another: how they wait in memory and how they lie in a block of
// the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/request_history.h"

namespace linebook::sqlite {

/// Appends one record. Texts longer than 65,535 bytes are cut.
void append_request(std::string& out, RequestRecord const&);

/// What decides a record's place without decoding the rest.
struct EncodedRequest {
  AccountId account;
  Instant at;
  std::string_view bytes;  // the whole record
};

/// Every record in `bytes`, in their order. Throws std::runtime_error where the bytes are not what was
/// appended.
std::vector<EncodedRequest> split_requests(std::string_view bytes);

RequestRecord decode_request(EncodedRequest const&);

}  // namespace linebook::sqlite
