#include "app/ports/import_desk.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<UploadKind> upload_kinds[] = {
    {UploadKind::contacts, "contacts"}, {UploadKind::vcard, "vcard"}, {UploadKind::fhir, "fhir"}};
constexpr Spelling<UploadState> upload_states[] = {{UploadState::uploading, "uploading"},
                                                   {UploadState::uploaded, "uploaded"},
                                                   {UploadState::running, "running"},
                                                   {UploadState::finished, "finished"},
                                                   {UploadState::failed, "failed"}};

}  // namespace

std::string_view to_string(UploadKind kind) { return spell(upload_kinds, kind); }
std::optional<UploadKind> parse_upload_kind(std::string_view text) { return unspell(upload_kinds, text); }
std::string_view to_string(UploadState state) { return spell(upload_states, state); }

}  // namespace linebook
