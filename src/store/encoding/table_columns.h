// The columns of the tables that every store has, in the order in which table_rows.h reads them, as pieces of
// SQL. Tables go by short names: a accounts, k api_keys, p people, c contact_numbers.
#pragma once

#define LINEBOOK_ACCOUNT_COLUMNS "a.id, a.name, a.status, a.wrapped_data_key, a.created_at"
#define LINEBOOK_KEY_COLUMNS                                                                       \
  "k.id, k.account_id, k.name, k.token_hash, k.scopes, k.rate_limit, k.created_at, k.expires_at, " \
  "k.revoked_at, k.last_used_at"
#define LINEBOOK_PERSON_COLUMNS                                                                              \
  "p.person_type, p.id, p.first_name, p.last_name, p.email, p.timezone, p.contact_window, p.date_of_birth, " \
  "p.gender, p.active, p.deceased, p.npi, p.created_at, p.updated_at"
#define LINEBOOK_NUMBER_COLUMNS                                                                         \
  "c.id, c.person_type, c.person_id, c.number, c.phone_type, c.is_primary, c.verified, c.do_not_call, " \
  "c.created_at, c.updated_at"
#define LINEBOOK_LINKED_COLUMNS LINEBOOK_NUMBER_COLUMNS ", p.first_name, p.last_name"
#define LINEBOOK_INDEXED_COLUMNS "id, number, phone_type, is_primary, verified, do_not_call"
#define LINEBOOK_AGENT_COLUMNS "id, name, answer_type, answer_address, created_at, updated_at"
#define LINEBOOK_LINE_COLUMNS                                                                               \
  "id, phone_number, provider, ai_agent_id, outbound_ai_agent_id, name, fallback_type, fallback_address, "  \
  "status, status_detail, created_at, updated_at, sip_termination_uri, sip_username, sip_password_sealed, " \
  "e164_check, twilio_account_sid, twilio_auth_token_sealed, twilio_phone_number_sid, area_code, "          \
  "country_code, twilio_capabilities"
#define LINEBOOK_POOL_COLUMNS "number, country_code, area_code, state, rests_until, account_id"
#define LINEBOOK_ENTRY_COLUMNS "sequence, at, actor, request_id, entity, entity_id, action, changes"
#define LINEBOOK_SEAL_COLUMNS "first_sequence, last_sequence, chain, entry_macs"
#define LINEBOOK_ANSWER_COLUMNS "body_hash, status, head, body, created_at"
#define LINEBOOK_CALL_COLUMNS                                                                             \
  "id, carrier_sid, line_id, caller, called, status, action, ai_agent_id, duration_seconds, started_at, " \
  "ended_at, updated_at"
#define LINEBOOK_TASK_COLUMNS                                                                             \
  "account_id, line_id, goal, source, area_code, country_code, purchase, purchase_doubtful, "             \
  "absences, snatched, connected_to, take_back, earlier, resting, attempts, due_at, lease, lease_until, " \
  "failure_kind, failure_code, failure_message, actor, request_id"
