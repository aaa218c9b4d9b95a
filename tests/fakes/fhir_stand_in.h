// A FHIR server in memory, behind the port of outgoing requests, that fails at will. Everything happens
// within send(). One thread.
#pragma once

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/ports/outgoing_http.h"
#include "base/instant.h"
#include "fakes/random.h"

namespace linebook::fakes {

class FhirStandIn final : public OutgoingHttp {
 public:
  static constexpr std::string_view root = "https://ehr.example.com/fhir";
  static constexpr std::size_t page_size = 3;

  struct Resource {
    std::string text;
    int version = 0;
    Instant changed_at{};
  };

  FhirStandIn(Random& random, Instant start) : random_(random), now_(start) {}

  /// How often a request fails: before it is done, or after it (its answer is lost).
  void fail(double chance) { failures_ = chance; }
  /// Called with the id of a resource that was just read: it may be changed behind the reader's back.
  std::function<void(std::string const& id)> after_read = [](std::string const&) {};

  /// The last page of a search names the first as the next.
  bool pages_lead_back = false;

  std::map<std::string, Resource> patients;
  std::vector<std::string> put_texts;

  void put(std::string const& id, std::string text) {
    now_ = now_ + std::chrono::milliseconds(1 + random_.below(2000));
    auto& resource = patients[id];
    resource = {std::move(text), resource.version + 1, now_};
  }

  std::optional<std::string> refusal(std::string const&) const override { return std::nullopt; }

  void send(OutgoingRequest request, OutgoingReply reply) override {
    bool const fails = random_.chance(failures_), is_done = random_.chance(0.5);
    auto answer = fails && !is_done ? OutgoingAnswer{.status = 500} : answered(request);
    if (fails && is_done) return reply(std::unexpected(OutgoingError{OutgoingFault::unreachable, "cut"}));
    reply(std::move(answer));
  }

 private:
  OutgoingAnswer answered(OutgoingRequest const& request) {
    auto const path = std::string_view(request.url).substr(root.size());
    if (path.starts_with("/Practitioner")) return {.status = 404};
    if (path.starts_with("/page/")) return page(path.substr(6));
    if (path.starts_with("/Patient?")) return search(path);
    auto const id = std::string(path.substr(std::string_view("/Patient/").size()));
    auto const found = patients.find(id);
    if (found == patients.end()) return {.status = 410};
    auto const tag = "W/\"" + std::to_string(found->second.version) + "\"";
    if (request.method == OutgoingRequest::Method::get) {
      OutgoingAnswer answer{.status = 200, .body = found->second.text, .etag = tag};
      after_read(id);
      return answer;
    }
    auto const match =
        std::ranges::find(request.headers, "If-Match", &std::pair<std::string, std::string>::first);
    if (match == request.headers.end() || match->second != tag) return {.status = 412};
    put_texts.push_back(request.body);
    put(id, request.body);
    return {.status = 200, .etag = "W/\"" + std::to_string(patients.at(id).version) + "\""};
  }

  OutgoingAnswer search(std::string_view path) {
    Instant since{INT64_MIN};
    constexpr std::string_view from = "_lastUpdated=ge";
    if (auto const at = path.find(from); at != path.npos)
      since = parse_rfc3339(path.substr(at + from.size(), path.find('&') - at - from.size())).value();
    std::vector<std::pair<Instant, std::string>> found;
    for (auto const& [id, resource] : patients)
      if (resource.changed_at >= since) found.emplace_back(resource.changed_at, id);
    std::ranges::sort(found);
    std::vector<std::string> ids;
    for (auto& one : found) ids.push_back(std::move(one.second));
    searches_.push_back(std::move(ids));
    return page(std::to_string(searches_.size() - 1) + "/0");
  }

  /// "SEARCH/OFFSET". Resources are as they are now.
  OutgoingAnswer page(std::string_view at) {
    auto const slash = at.find('/');
    auto const number = std::stoul(std::string(at.substr(0, slash)));
    auto const offset = std::stoul(std::string(at.substr(slash + 1)));
    if (number >= searches_.size()) return {.status = 410};
    auto const& ids = searches_[number];
    std::string entries;
    for (auto i = offset; i < std::min(offset + page_size, ids.size()); ++i) {
      auto const& resource = patients.at(ids[i]);
      auto text = resource.text;
      text.insert(1, R"("meta":{"versionId":")" + std::to_string(resource.version) + R"("},)");
      entries += (entries.empty() ? "" : ",") + (R"({"resource":)" + text + "}");
    }
    bool const is_last = offset + page_size >= ids.size();
    auto const next = !is_last || pages_lead_back
                          ? R"({"relation":"next","url":")" + std::string(root) + "/page/" +
                                std::to_string(number) + "/" +
                                std::to_string(is_last ? 0 : offset + page_size) + "\"}"
                          : "";
    return {.status = 200,
            .body = R"({"resourceType":"Bundle","meta":{"lastUpdated":")" + to_rfc3339(now_) +
                    R"("},"link":[)" + next + R"(],"entry":[)" + entries + "]}"};
  }

  Random& random_;
  Instant now_;
  double failures_ = 0;
  std::vector<std::vector<std::string>> searches_;
};

}  // namespace linebook::fakes
