#include "http/quality_report.h"

#include <chrono>
#include <map>
#include <mutex>

#include "http/json_writer.h"

namespace linebook::http {
namespace {

/// A report reads every number of the account, so it is made at most this often.
constexpr std::chrono::seconds report_life{60};
constexpr std::size_t max_reports = 1000;

struct CachedReport {
  Instant as_of;
  std::string body;
};

/// Reports by store and account. A store is part of the key because tests run several in one process.
class ReportCache {
 public:
  std::optional<std::string> find(Store const& store, AccountId account, Instant now) {
    std::lock_guard lock(mutex_);
    auto const found = reports_.find({&store, account.value});
    if (found == reports_.end() || now - found->second.as_of >= report_life) return std::nullopt;
    return found->second.body;
  }
  void keep(Store const& store, AccountId account, CachedReport report) {
    std::lock_guard lock(mutex_);
    if (reports_.size() >= max_reports) reports_.clear();
    reports_[{&store, account.value}] = std::move(report);
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<Store const*, std::int64_t>, CachedReport> reports_;
};

ReportCache& cache() {
  static ReportCache reports;
  return reports;
}

void write_doubtful(JsonWriter& json, std::string_view name, std::int64_t count,
                    std::vector<QualityReport::Doubtful> const& items) {
  json.key(name).begin_object().key("count").number(count).key("items").begin_array();
  for (auto const& item : items)
    json.begin_object().key("id").string(item.id.value).key("number").string(item.number.view()).end_object();
  json.end_array().end_object();
}

std::string render(QualityReport const& r, Instant as_of) {
  JsonWriter json;
  json.begin_object().key("as_of").time(as_of).key("total_numbers").number(r.total_numbers);
  json.key("unassigned_area_codes").begin_object().key("count").number(r.unassigned_area_code_numbers);
  json.key("items").begin_array();
  for (auto const& item : r.unassigned_area_codes)
    json.begin_object().key("area_code").string(item.area_code).key("count").number(item.count).end_object();
  json.end_array().end_object();
  write_doubtful(json, "invalid_exchanges", r.invalid_exchange_numbers, r.invalid_exchanges);
  json.key("duplicates")
      .begin_object()
      .key("count")
      .number(r.shared_numbers_total)
      .key("items")
      .begin_array();
  for (auto const& item : r.shared_numbers)
    json.begin_object()
        .key("number")
        .string(item.number.view())
        .key("people")
        .number(item.people)
        .end_object();
  json.end_array().end_object();
  write_doubtful(json, "never_verified", r.never_verified_numbers, r.never_verified);
  json.key("persons_without_primary").begin_object().key("count").number(r.people_without_primary);
  json.key("items").begin_array();
  for (auto const& item : r.without_primary) {
    json.begin_object()
        .key("type")
        .string(to_string(item.person.type))
        .key("id")
        .string(item.person.id.value);
    json.key("name").string(item.name).end_object();
  }
  json.end_array().end_object().end_object();
  return std::move(json).take();
}

}  // namespace

Result<Plan> get_quality_report(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto& store = call.env.store;
  if (auto body = cache().find(store, call.account(), call.now)) return Answer{.body = std::move(*body)};
  return Read{ReadCost::unbounded,
              [account = call.account(), now = call.now, &store](Transaction const& tx) -> Result<Answer> {
                auto body = render(tx.contact_numbers().quality(account), now);
                cache().keep(store, account, {now, body});
                return Answer{.body = std::move(body)};
              }};
}

}  // namespace linebook::http
