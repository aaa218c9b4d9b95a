// The person is what use cases of the contact book decide about: numbers, primaries and remembered
// do-not-calls all stand while their person is held.
#pragma once

#include "store/postgres/session.h"

namespace linebook::postgres {

/// Keeps every other job on every node from changing the person's numbers until this job's transaction has
/// ended. Where there is no such person there is nothing to hold. Nothing for a job that only reads.
void hold_person(Session&, AccountId, PersonRef const&);

}  // namespace linebook::postgres
