-- GET or POST of contact numbers, accounts in turn: LINEBOOK_TOKENS and LINEBOOK_IDS, one of each an account.
local function list(name)
  local items = {}
  for item in os.getenv(name):gmatch("%S+") do items[#items + 1] = item end
  return items
end
local tokens, ids, method = list("LINEBOOK_TOKENS"), list("LINEBOOK_IDS"), os.getenv("LINEBOOK_METHOD")
local turn = 0
failed = 0
local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("place", #threads)
end

function init()
  math.randomseed(os.time() + place)
end

function request()
  turn = turn + 1
  local account = turn % #tokens + 1
  local headers = {["Authorization"] = "Bearer " .. tokens[account]}
  if method == "GET" then return wrk.format("GET", "/api/v2/phone-numbers/" .. ids[account], headers) end
  headers["Content-Type"] = "application/json"
  local body = string.format('{"first_name":"Kim","last_name":"Doe","phone_numbers":[{"number":"%010d","phone_type":"cell"}]}',
                             math.random(2120000000, 9890000000))
  return wrk.format("POST", "/api/v2/patients", headers, body)
end

function response(status)
  if status >= 400 then failed = failed + 1 end
end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + (thread:get("failed") or 0) end
  io.write(string.format("RESULT %.1f %.2f %.2f %d\n", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
                         latency:percentile(99) / 1000, refused + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
