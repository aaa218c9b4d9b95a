#include "domain/sync/fhir_source.h"

#include <algorithm>

#include "domain/text/ascii.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Side> sides[] = {{Side::ours, "ours"}, {Side::theirs, "theirs"}};
constexpr Spelling<FhirSourceState> fhir_source_states[] = {{FhirSourceState::idle, "idle"},
                                                            {FhirSourceState::running, "running"},
                                                            {FhirSourceState::failed, "failed"}};

/// "https://host:port", and what follows it; empty where it is no such URL.
struct SplitUrl {
  std::string_view origin;
  std::string_view host;
  std::string_view rest;
};

bool is_host_character(char c) {
  return is_ascii_alphanumeric(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
}

SplitUrl split(std::string_view url) {
  for (std::string_view const scheme : {"https://", "http://"}) {
    if (!url.starts_with(scheme)) continue;
    auto const end = std::min(url.find_first_of("/?#", scheme.size()), url.size());
    auto const host = url.substr(scheme.size(), end - scheme.size());
    // A name and a password before the host would be told wherever the URL is.
    if (host.empty() || !std::ranges::all_of(host, is_host_character)) return {};
    return {url.substr(0, end), host, url.substr(end)};
  }
  return {};
}

std::string folded(std::string_view text) {
  std::string lower(text);
  for (auto& c : lower) c = ascii_lower(c);
  return lower;
}

std::string_view without_usual_port(std::string_view origin) {
  if (origin.starts_with("https:") && origin.ends_with(":443")) origin.remove_suffix(4);
  if (origin.starts_with("http:") && origin.ends_with(":80")) origin.remove_suffix(3);
  return origin;
}

}  // namespace

std::string_view to_string(Side s) { return spell(sides, s); }
std::optional<Side> parse_side(std::string_view text) { return unspell(sides, text); }
std::string_view to_string(FhirSourceState s) { return spell(fhir_source_states, s); }

bool held_by_another(FhirSource const& source, std::string_view lease, Instant now) {
  return source.lease && *source.lease != lease && source.lease_until && *source.lease_until > now;
}

FhirSourceState state_of(FhirSource const& source) {
  auto const& run = source.progress.run;
  if (!run) return FhirSourceState::idle;
  if (!run->ended_at) return FhirSourceState::running;
  return run->error ? FhirSourceState::failed : FhirSourceState::idle;
}

std::optional<std::string> fhir_server_url(std::string_view text) {
  auto const url = split(text);
  bool const plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (url.origin.empty() || !plain || text.size() > max_fhir_url ||
      text.find_first_of("?#\\\"<>") != text.npos)
    return std::nullopt;
  auto whole = folded(url.origin) + std::string(url.rest);
  while (whole.ends_with('/')) whole.pop_back();
  return whole;
}

bool same_origin(std::string_view server, std::string_view url) {
  auto const one = split(server), other = split(url);
  return !one.origin.empty() &&
         folded(without_usual_port(one.origin)) == folded(without_usual_port(other.origin));
}

std::string origin_of(std::string_view url) { return std::string(split(url).origin); }

std::string host_of(std::string_view url) { return std::string(split(url).host); }

std::string actor_of(FhirSource const& source) { return "fhir:" + source.name; }

}  // namespace linebook
