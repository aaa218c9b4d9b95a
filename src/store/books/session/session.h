// What a book is run by. Each engine has a Session (store/sqlite/session.h, store/postgres/session.h), and a
// book is a template over it, so that asking costs what the engine itself costs.
//
//   query(statement, values…)    asks, and waits: .one(make), .all(make) and .number() take the rows
//   ask(statement, values…)      the same for several questions that travel together, where they travel:
//                                std::move(question).rows() then waits for the answer. What is asked with
//                                must outlive the question
//   change(statement, values…)   is done before whatever is asked later; where it fails, the transaction does
//   changed(statement, values…)  waits, and tells how many rows it changed
//   ask_change(statement, …)     the same for several changes that travel together:
//                                std::move(change).changed() then waits
//   locks()                      the job changes things, and others might change what it has read: statements
//                                with a {LOCK} do so
//   claim(key)                   keeps the other jobs of the transaction away from a thing until this one has
//                                ended; waits while another has it
//   claim_if_free(key)           the same without waiting: nothing where another job has it
//   lock(statement, values…)     locks rows ahead of a question, without waiting
//   has_rivals                   others may be inserting, or holding rows, at the same time
//   was_absent(key)              remembers that the job has looked for a thing and not found it
//   found_absent(key)            whether it has: a rival may have put it there since
//
//
// A value is anything that columns hold (store/encoding/table_values.h). A row offers get<T>(column).
//
// What else an engine does in its own way has a name there, and a file in its folder:
//
//   append, newest_entries, last_sequence, ledger_heads                  the ledger
//   count_numbers, count_people                               the totals of lists
//   settle                                                    writes what of these it kept in memory, where
//                                                             that can be done before the transaction ends
//   pending_totals, accounts_with_pending_entries             tell what it could not write
//
//   number_changed, number_removed                            what the digit index is told
//   quality                                                   the report on an account's numbers
//   account_inserted                                          what an engine keeps beside a new account
//   account_changed, key_changed, session_ended               what those who remember keys are told
//
// and searching is behind store/search/digit_search.h.
#pragma once

#include "store/books/session/claims.h"
#include "store/books/session/statement.h"
#include "store/books/session/totals.h"
