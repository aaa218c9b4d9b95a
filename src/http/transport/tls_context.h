// Certificate and key as OpenSSL wants them, TLS 1.2 and up.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "base/result.h"
#include "http/transport/server.h"

namespace linebook::http {

/// Shared by the connections that were opened with it, so that a reload does not disturb them.
using TlsContext = std::shared_ptr<SSL_CTX>;

/// Reads both files and proves that they belong together; the error names the file and OpenSSL's reason.
Result<TlsContext> load_tls(TlsFiles const&);

}  // namespace linebook::http
