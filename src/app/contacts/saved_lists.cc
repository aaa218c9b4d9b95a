#include "app/contacts/saved_lists.h"

#include <utility>

#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

/// What only numbers have is not asked of people.
void check_of(Listed of, SavedFilter const& filter, NumberOrder sort, Problems& problems) {
  if (of == Listed::phone_numbers) return;
  if (asks_of_numbers_alone(filter))
    problems.push_back({"filter", "must have q alone: people are filtered by nothing else"});
  if (sort != NumberOrder::newest) problems.push_back({"sort", "must be newest, as people are listed"});
}

Error list_name_taken(SavedList const& other) {
  return {ErrorCode::already_exists,
          "a list of that name is there already",
          {{"name", "is taken", other.id.value}}};
}

}  // namespace

Result<SavedList> create_saved_list(Transaction& tx, Context const& ctx, CreateSavedList command) {
  if (command.of) check_of(*command.of, command.filter, command.sort, command.problems);
  if (!command.problems.empty()) return fail(validation_error(std::move(command.problems)));
  auto& lists = tx.saved_lists();
  if (auto const other = lists.named(ctx.account, *command.name)) return fail(list_name_taken(*other));
  if (lists.count(ctx.account) >= max_saved_lists)
    return fail(ErrorCode::conflict, "an account has up to " + std::to_string(max_saved_lists) +
                                         " saved lists; delete one that is not needed any more");
  SavedList list{.id = {ctx.ids.next("sl_", ctx.now)},
                 .name = *std::move(command.name),
                 .of = *command.of,
                 .filter = std::move(command.filter),
                 .sort = command.sort,
                 .created_at = ctx.now,
                 .updated_at = ctx.now};
  lists.insert(ctx.account, list);
  record(tx, ctx, Entity::saved_list, list.id.value, Action::created, {}, ledger_fields(list));
  return list;
}

Result<SavedList> edit_saved_list(Transaction& tx, Context const& ctx, SavedListId const& id,
                                  Precondition<SavedList> const& condition, EditSavedList const& edit) {
  auto const was = tx.saved_lists().find(ctx.account, id);
  if (!was) return fail(not_found("saved list"));
  if (!holds(condition, *was)) return fail(precondition_failed());
  auto is = *was;
  bool const renamed = apply(edit.name, is.name);
  apply(edit.filter, is.filter);
  apply(edit.sort, is.sort);
  auto problems = edit.problems;
  check_of(is.of, is.filter, is.sort, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (is == *was) return is;
  if (renamed)
    if (auto const other = tx.saved_lists().named(ctx.account, is.name)) return fail(list_name_taken(*other));
  is.updated_at = ctx.now;
  tx.saved_lists().update(ctx.account, is);
  record(tx, ctx, Entity::saved_list, id.value, Action::updated, ledger_fields(*was), ledger_fields(is));
  return is;
}

Result<void> delete_saved_list(Transaction& tx, Context const& ctx, SavedListId const& id,
                               Precondition<SavedList> const& condition) {
  auto const list = tx.saved_lists().find(ctx.account, id);
  if (!list) return fail(not_found("saved list"));
  if (!holds(condition, *list)) return fail(precondition_failed());
  tx.saved_lists().remove(ctx.account, id);
  record(tx, ctx, Entity::saved_list, id.value, Action::deleted, ledger_fields(*list), {});
  return {};
}

}  // namespace linebook
