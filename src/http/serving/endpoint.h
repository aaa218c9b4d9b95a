// What an endpoint is: a function from a decoded request to a plan. The plan says what has to be done in the
// store and how the outcome is told; plan_runner.cc runs it where it belongs (I/O thread, reader, writer).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/context.h"
#include "app/edits.h"
#include "app/ports/carrier_progress.h"
#include "app/ports/clock.h"
#include "app/ports/database_server.h"
#include "app/ports/import_desk.h"
#include "app/ports/node_disk.h"
#include "app/ports/outgoing_http.h"
#include "app/ports/request_history.h"
#include "app/ports/safekeeping.h"
#include "app/ports/simulated_phones.h"
#include "app/ports/store.h"
#include "app/reach/decide_contact.h"
#include "http/codec/etag.h"
#include "http/codec/json_document.h"
#include "http/codec/page_token.h"
#include "http/codec/query_reader.h"
#include "http/serving/key_directory.h"
#include "http/transport/exchange.h"

namespace linebook::http {

class EventStreams;
class QualityReports;
class SignInAttempts;

/// A good answer. Errors travel as Error.
struct Answer {
  int status = 200;
  std::string body;
  enum class Tag { none, entity } tag = Tag::none;  // entity: a single resource, with its ETag
  std::string location = {};                        // of what was created
  std::string_view content_type = "application/json";
  /// What a repeated Idempotency-Key is told instead, where the body holds what is told once.
  std::optional<std::string> body_for_repeats = {};
  std::string head = {};       // more header lines, each with its end
  std::string_view vary = {};  // the request's headers that chose the representation
};

using ReadWork = std::move_only_function<Result<Answer>(Transaction const&)>;
using WriteWork = std::move_only_function<Result<Answer>(Transaction&, Context const&)>;
using Respond = std::move_only_function<void(Result<Answer>)>;

struct Read {
  ReadCost cost;
  ReadWork work;
};
struct Write {
  WriteWork work;
};
/// A write that a carrier goes on with. `begin` commits what is asked; its answer stands where nothing more
/// is heard in time, and is what a repeated Idempotency-Key is told meanwhile. Where it names a line to wait
/// for, `end` makes the answer, once the carrier is done or carrier_patience is over.
struct CarrierWrite {
  struct Begun {
    Answer answer;
    std::optional<LineId> wait_for;
  };
  std::move_only_function<Result<Begun>(Transaction&, Context const&)> begin;
  std::function<Result<Answer>(Transaction&, Context const&, LineId const&)> end;
};
/// An answer that goes on. `open` finds where it begins, before its head is sent.
struct Stream {
  std::string_view content_type;
  std::move_only_function<Result<std::unique_ptr<BodyStream>>(Transaction const&)> open;
};
/// Something that answers later on a thread of its own.
struct Later {
  std::move_only_function<void(Respond)> start;
};
using Plan = std::variant<Answer, Read, Write, CarrierWrite, Stream, Later>;

/// What endpoints need beside the request.
struct Environment {
  Store& store;
  Clock& clock;
  Ids& ids;
  Secrets& secrets;
  Policies const& policies;
  RequestHistory& history;
  CarrierProgress& carrier_progress;
  PageTokens page_tokens;
  QualityReports& quality_reports;
  ReachRules reach;
  SimulatedPhones* simulated_phones;  // nothing: this is no demo
  DatabaseServer const* database;     // nothing: the store is embedded
  EventStreams& events;
  OutgoingHttp& outgoing;
  SignInAttempts& sign_in_attempts;
  ImportDesk& imports;
  NodeDisk const& disk;
  Safekeeping const& safekeeping;
};

/// One request as an endpoint sees it: routed, authenticated, allowed, its body parsed.
class Call {
 public:
  Environment const& env;
  Principal const* principal;                // nothing on public routes
  std::string_view path;                     // as sent
  std::vector<std::string> path_parameters;  // decoded, in order
  QueryReader query;
  boost::json::value body;  // of POST, PUT and PATCH, where it is JSON
  Request const& request;   // as received
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
  Instant now;

  AccountId account() const { return principal->account; }
  std::string const& parameter(std::size_t i = 0) const { return path_parameters[i]; }

  /// If-Match and If-None-Match as a condition on the current state, which `render` turns into the body that
  /// a GET would answer.
  template <class T>
  Precondition<T> condition(std::string (*render)(T const&)) const {
    if (!if_match && !if_none_match) return {};
    return [must = if_match, must_not = if_none_match, render](T const* current) {
      auto const tag = current != nullptr ? entity_tag(render(*current)) : std::string();
      if (must && (current == nullptr || !names_tag(*must, tag, TagComparison::strong))) return false;
      return !must_not || current == nullptr || !names_tag(*must_not, tag, TagComparison::weak);
    };
  }
};

using Endpoint = Result<Plan> (*)(Call&);

/// 200 {"id":…,"deleted":true,"message":…}
Answer deleted(std::string_view id, std::string_view message);

enum class Method { get, post, put, patch, del };
enum class RateLimit { counted, exempt };
/// signed_notice: a carrier's, form or JSON. bytes: as they are.
enum class BodyKind { none, json, signed_notice, bytes };

/// Who a route without a scope is for.
enum class Caller { anybody, signed_in };

/// refused: of a GET that leaves something behind, which a HEAD must not.
enum class Head { as_get, refused };

struct Route {
  Method method;
  std::string_view pattern;    // "/phone_numbers/{id}": also its name in metrics, logs and history
  std::optional<Scope> scope;  // nothing: no bearer is asked for, see `caller`
  Endpoint endpoint;
  RateLimit rate_limit = RateLimit::counted;
  std::optional<BodyKind> body = std::nullopt;  // nothing: as its method has it
  Head head = Head::as_get;
  Caller caller = Caller::anybody;
};

constexpr BodyKind body_kind(Route const& r) {
  if (r.body) return *r.body;
  return r.method == Method::get || r.method == Method::del ? BodyKind::none : BodyKind::json;
}
std::string_view to_string(Method);

}  // namespace linebook::http
