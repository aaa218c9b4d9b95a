#include "cli/contact_batch.h"

#include "app/ports/blocking.h"

namespace linebook {
namespace {

/// Owns what it works on: when the client goes away in the middle, the job may outlive the command.
struct ContactJob final : WriteJob {
  ContactJob(std::shared_ptr<ContactBatch const> rows, Context context)
      : batch(std::move(rows)), ctx(std::move(context)) {}

  void run(Transaction& tx) override {
    results.clear();
    for (auto const& row : *batch)
      results.push_back(row.contact ? import_contact(tx, ctx, *row.contact)
                                    : Result<ImportedContact>(fail(row.contact.error())));
  }
  void done(std::optional<Error> error) override {
    if (error)
      promise.set_value(fail(std::move(*error)));
    else
      promise.set_value(std::move(results));
  }

  std::shared_ptr<ContactBatch const> batch;
  Context ctx;
  ContactResults results;
  std::promise<Result<ContactResults>> promise;
};

std::string person_key(PersonRef const& person) {
  return std::string(to_string(person.type)) + "/" + person.id.value;
}

}  // namespace

void ContactWriter::submit(std::shared_ptr<ContactBatch const> batch) {
  auto job = std::make_unique<ContactJob>(std::move(batch), session_.context(account_));
  pending_ = job->promise.get_future();
  session_.store().write(std::move(job));
}

Result<ContactResults> ContactWriter::results() { return pending_.get(); }

bool ContactRehearsal::is_remembered(std::string const& key) const {
  return remembered_.contains(std::hash<std::string>()(key));
}

void ContactRehearsal::remember(std::string const& key) {
  if (remembered_.size() < max_remembered) remembered_.insert(std::hash<std::string>()(key));
}

Result<ImportedContact> ContactRehearsal::rehearse(Transaction const& tx, Context const& ctx,
                                                   ContactRow const& row) {
  auto const person = person_key(row.person);
  auto const number = person + "/" + row.number.str();
  auto plan = plan_contact_row(tx, ctx, row, is_remembered(person) ? PersonAssumed::yes : PersonAssumed::no);
  if (!plan) return fail(std::move(plan.error()));
  if (plan->outcome == ImportOutcome::added && is_remembered(number))
    plan->outcome = ImportOutcome::unchanged;
  remember(person);
  remember(number);
  return ImportedContact{plan->outcome, plan->existing ? plan->existing->id : ContactNumberId{},
                         plan->remark};
}

Result<ContactResults> ContactRehearsal::rehearse(ContactBatch const& batch) {
  auto const ctx = session_.context(account_);
  return read_and_wait(session_.store(), [&](Transaction const& tx) -> Result<ContactResults> {
    ContactResults results;
    for (auto const& row : batch)
      results.push_back(row.contact ? rehearse(tx, ctx, *row.contact)
                                    : Result<ImportedContact>(fail(row.contact.error())));
    return results;
  });
}

}  // namespace linebook
