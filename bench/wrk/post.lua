-- POST /api/v2/phone-numbers for people picked at random; one in BENCH_PRIMARY_EVERY is to be the primary (0: none).
dofile(os.getenv("BENCH_WRK") .. "/write.lua")

local people = tonumber(os.getenv("BENCH_PEOPLE"))
local primary_every = tonumber(os.getenv("BENCH_PRIMARY_EVERY"))
local types = {"cell", "home", "other"}

function request()
  local number, count = next_number()
  local primary = primary_every > 0 and count % primary_every == 0
  return with_body("POST", "/api/v2/phone-numbers", string.format(
    '{"number":"%s","phone_type":"%s","patient_id":"pat_%07d"%s}', number, types[count % 3 + 1],
    math.random(0, people - 1), primary and ',"primary":true' or ""))
end
