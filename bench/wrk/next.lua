-- POST /dial-lists/{id}/next for one entry: each target is the path of a list.
dofile(os.getenv("BENCH_WRK") .. "/write.lua")

local targets = lines(os.getenv("BENCH_TARGETS"))

function request()
  next_number() -- another key for each
  return with_body("POST", targets[math.random(#targets)], '{"count":1,"lease_seconds":900}')
end
