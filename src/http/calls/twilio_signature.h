// Is a webhook from Twilio? https://www.twilio.com/docs/usage/security#validating-requests
//
// X-Twilio-Signature is the base64 of HMAC-SHA1, keyed with the account's auth token, over the exact URL that
// Twilio called followed by the form's fields, sorted by name, each as its name and value. A body that is no
// form is named in the URL by bodySHA256, and signed by that alone.
#pragma once

#include <string>
#include <string_view>

#include "http/codec/form_body.h"

namespace linebook::http {

/// What Twilio would sign. Of several equal fields one counts.
std::string twilio_signature(std::string_view auth_token, std::string_view url, FormBody const&);

/// Takes the URL with and without its port, since Twilio's own libraries differ in that; in constant time.
bool is_signed_by_twilio(std::string_view auth_token, std::string_view url, FormBody const&,
                         std::string_view signature);
/// The same for a body that is no form.
bool is_signed_by_twilio(std::string_view auth_token, std::string_view url, std::string_view body,
                         std::string_view signature);

}  // namespace linebook::http
