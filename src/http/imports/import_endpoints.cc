// /imports: files that are uploaded piece by piece, rehearsed and imported. (Spec: POST /imports)
#include <algorithm>

#include "app/ports/import_desk.h"
#include "http/codec/field_parsers.h"
#include "http/codec/json_writer.h"
#include "http/codec/object_reader.h"
#include "http/imports/routes.h"

namespace linebook::http {
namespace {

constexpr std::size_t max_word = 255;  // characters, of a header or what it is

void write_text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  text.empty() ? json.null() : json.string(text);
}

void write_row(JsonWriter& json, UnderstoodRow const& row) {
  json.begin_object().key("row").number(static_cast<std::int64_t>(row.row));
  write_text_or_null(json, "person_type", row.person_type);
  write_text_or_null(json, "person_id", row.person_id);
  json.key("name").string(row.name).key("numbers").begin_array();
  for (auto const& number : row.numbers)
    json.begin_object()
        .key("number")
        .string(number.number)
        .key("phone_type")
        .string(number.phone_type)
        .key("primary")
        .boolean(number.primary)
        .key("do_not_call")
        .boolean(number.do_not_call)
        .end_object();
  json.end_array().key("refused").boolean(row.is_refused);
  write_text_or_null(json, "note", row.note);
  json.end_object();
}

void write_understood(JsonWriter& json, std::optional<UnderstoodFile> const& file) {
  json.key("understood");
  if (!file) {
    json.null();
    return;
  }
  json.begin_object();
  write_text_or_null(json, "encoding", file->encoding);
  write_text_or_null(json, "separator", file->separator);
  json.key("people").string(file->people).key("columns").begin_array();
  for (auto const& column : file->columns)
    json.begin_object()
        .key("header")
        .string(column.header)
        .key("meaning")
        .string(column.meaning)
        .key("becomes")
        .string(column.becomes)
        .key("known")
        .boolean(column.is_known)
        .end_object();
  json.end_array().key("rows").begin_array();
  for (auto const& row : file->rows) write_row(json, row);
  json.end_array().key("faults").begin_array();
  for (auto const& fault : file->faults)
    json.begin_object()
        .key("what")
        .string(fault.what)
        .key("rows")
        .number(static_cast<std::int64_t>(fault.rows))
        .end_object();
  json.end_array().end_object();
}

void write_upload(JsonWriter& json, Upload const& upload) {
  json.begin_object().key("id").string(upload.id).key("kind").string(to_string(upload.kind));
  json.key("name")
      .string(upload.name)
      .key("size")
      .number(upload.size)
      .key("received")
      .number(upload.received);
  json.key("status").string(to_string(upload.state));
  bool const was_run = !upload.unit.empty() || !upload.report.empty() || !upload.messages.empty() ||
                       upload.state == UploadState::running || upload.state == UploadState::finished ||
                       upload.state == UploadState::failed;
  json.key("run");
  if (was_run) {
    json.begin_object().key("dry_run").boolean(upload.was_dry_run);
    json.key("progress").begin_object().key("unit");
    upload.unit.empty() ? json.null() : json.string(upload.unit);
    json.key("items").number(static_cast<std::int64_t>(upload.items));
    json.key("bytes_done").number(static_cast<std::int64_t>(upload.bytes_done)).end_object();
    json.key("rejects").number(static_cast<std::int64_t>(upload.rejects)).key("report");
    upload.report.empty() ? json.null() : json.raw(upload.report);
    write_understood(json, upload.understood);
    json.key("messages").begin_array();
    for (auto const& message : upload.messages) json.string(message);
    json.end_array().end_object();
  } else {
    json.null();
  }
  json.key("created_at").time(upload.created_at).key("expires_at").time(upload.expires_at).end_object();
}

Result<Plan> shown(Result<Upload> const& upload, int status = 200) {
  if (!upload) return fail(upload.error());
  JsonWriter json;
  write_upload(json, *upload);
  return Answer{.status = status,
                .body = std::move(json).take(),
                .location = status == 201 ? "/imports/" + upload->id : std::string()};
}

Parsed<UploadKind> upload_kind(std::string_view text) {
  auto const kind = parse_upload_kind(text);
  if (!kind) return complain("must be one of contacts, vcard, fhir");
  return *kind;
}

/// Code points of what is UTF-8, as all JSON is here.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Parsed<std::string> any_words(std::string_view text) {
  if (characters(text) > max_word)
    return complain("must be at most " + std::to_string(max_word) + " characters");
  return std::string(text);
}

Result<Plan> post_import(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  Problems problems;
  ObjectReader reader(call.body, problems);
  auto const kind = reader.required_text("kind", upload_kind);
  auto name = reader.required_text("name", file_name);
  auto const size = reader.integer("size", 1, max_upload_bytes);
  if (!reader.mentions("size")) reader.problem("size", "is required");
  reader.refuse_unknown();
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  return shown(call.env.imports.open({call.account(), *kind, std::move(*name), *size}), 201);
}

Result<Plan> list_imports(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  JsonWriter json;
  json.begin_object().key("imports").begin_array();
  for (auto const& upload : call.env.imports.list(call.account())) write_upload(json, upload);
  json.end_array().end_object();
  return Answer{.body = std::move(json).take()};
}

Result<Plan> get_import(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return shown(call.env.imports.find(call.account(), call.parameter()));
}

Result<Plan> put_import_file(Call& call) {
  auto const offset = call.query.integer("offset", 0, max_upload_bytes);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (call.request.body.empty())
    return fail(ErrorCode::invalid_request, "send a piece of the file, of up to 1 MiB");
  return shown(
      call.env.imports.append(call.account(), call.parameter(), offset.value_or(0), call.request.body));
}

/// {"Phone Number": "number", "Notes": ""}
void read_columns(ObjectReader& reader, ImportWish& wish) {
  auto const* columns = reader.object("columns");
  if (columns == nullptr) return;
  if (!columns->is_object() || columns->as_object().size() > max_mapped_columns)
    return reader.problem("columns", "must be an object of at most " + std::to_string(max_mapped_columns) +
                                         " headers, each with what it is");
  for (auto const& [header, meaning] : columns->as_object()) {
    std::string_view const name(header);
    if (!meaning.is_string() || name.empty() || characters(name) > max_word ||
        characters(meaning.as_string()) > max_word || name.find('=') != name.npos)
      return reader.problem("columns", "must have texts of up to " + std::to_string(max_word) +
                                           " characters for headers, which hold no =");
    wish.columns.emplace_back(name, std::string_view(meaning.as_string()));
  }
}

Result<Plan> post_import_run(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (auto known = call.env.imports.find(call.account(), call.parameter()); !known)
    return fail(std::move(known.error()));
  Problems problems;
  ImportWish wish;
  ObjectReader reader(call.body, problems);
  wish.dry_run = reader.boolean("dry_run").value_or(true);
  read_columns(reader, wish);
  wish.encoding = reader.text("encoding", any_words);
  wish.separator = reader.text("separator", any_words);
  wish.people = reader.text("people", any_words);
  reader.refuse_unknown();
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  return shown(
      call.env.imports.run(call.account(), call.parameter(), std::move(wish), call.principal->use->id.value),
      202);
}

Result<Plan> get_import_rejects(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto rows = call.env.imports.rejects(call.account(), call.parameter());
  if (!rows) return fail(std::move(rows.error()));
  return Answer{.body = std::move(*rows),
                .content_type = "text/csv; charset=utf-8",
                .head = "Content-Disposition: attachment; filename=\"rejects.csv\"\r\n"};
}

Result<Plan> delete_import(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (auto ok = call.env.imports.remove(call.account(), call.parameter()); !ok)
    return fail(std::move(ok.error()));
  return deleted(call.parameter(), "Import deleted");
}

}  // namespace

std::vector<Route> import_routes() {
  constexpr auto reading = Scope::contacts_read;
  constexpr auto writing = Scope::contacts_write;
  return {{Method::post, "/imports", writing, post_import},
          {Method::get, "/imports", reading, list_imports},
          {Method::get, "/imports/{import_id}", reading, get_import},
          {Method::del, "/imports/{import_id}", writing, delete_import},
          // A gibibyte comes in a thousand pieces.
          {Method::put, "/imports/{import_id}/file", writing, put_import_file, RateLimit::exempt,
           BodyKind::bytes},
          {Method::post, "/imports/{import_id}/run", writing, post_import_run},
          {Method::get, "/imports/{import_id}/rejects", reading, get_import_rejects}};
}

}  // namespace linebook::http
