-- What POST and PATCH share. Every number that is sent is a new one: see harness/book.py.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")

local sent, heads = 0, {}
local first_number = tonumber(os.getenv("BENCH_FIRST_NUMBER"))

function init()
  math.randomseed(tonumber(os.getenv("BENCH_RANDOM_SEED")))
  for i, token in ipairs(lines(os.getenv("BENCH_TOKENS"))) do
    heads[i] = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\nAuthorization: Bearer " .. token ..
      "\r\nContent-Type: application/json\r\nContent-Length: "
  end
end

function next_number()
  sent = sent + 1
  return string.format("%010d", 2000000000 + (first_number + sent) * 7368787 % 8000000000), sent
end

function with_body(method, target, body)
  return method .. " " .. target .. heads[sent % #heads + 1] .. #body .. "\r\n\r\n" .. body
end
