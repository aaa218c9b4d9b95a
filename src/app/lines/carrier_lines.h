// Lines that a carrier holds, together with their tasks: what the steps of the saga (carrier_steps.h) and the
// requests that start it (acquire_line.h) change on them. Every change of a line goes into the ledger.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/lines/carrier_failures.h"
#include "app/lines/lines.h"

namespace linebook {

/// A line and its task as their worker finds them, and on whose behalf it works.
struct WorkedLine {
  Line line;
  CarrierTask task;
  Context ctx;
};

/// Nothing when `lease` no longer has the task, or the line is gone.
std::optional<WorkedLine> worked_line(Transaction&, Context const&, std::string const& lease, LineId const&);

/// Sets the line's status and its detail, where they differ.
void change_line(Transaction&, Context const&, Line&, LineStatus, std::optional<std::string> detail);
/// Gives the line that number, or none again, and with it its place in the register.
void change_number(Transaction&, Context const&, Line&, std::optional<E164> const&);

/// The task is to be worked on at once, on behalf of `ctx`.
void make_due(Context const&, CarrierTask&);
/// The task has no more to do for now; its lease ends.
void put_to_rest(Transaction&, Context const&, CarrierTask&, Instant due);

/// The failure is told, and stays until somebody asks again; what the carrier holds for us is compared as
/// ever.
void give_up(Transaction&, Context const&, Line&, CarrierTask&, CarrierFailure);
/// The failure may pass: soon again, or later and later, once it has lasted.
void try_again(Transaction&, Context const&, Line&, CarrierTask&, CarrierFailure);
/// Once more after a pause that grows with `times`.
void ask_again(Transaction&, Context const&, CarrierTask&, int times);

/// Is there anything at the carrier that the line stands for, or may there be?
bool may_hold(Line const&, CarrierTask const&);

}  // namespace linebook
