-- What wrk asks: the same path again and again, with what varies from request to request.
-- Arguments: `days FROM` for a last day of its own in each request, `keys FILE` for a key in each after the other.
-- What can be is made before the run: wrk shares the processors with the server that it asks.
local what, made, number = nil, {}, 0

function init(args)
  what = args[1]
  if what == "days" then
    number = tonumber(args[2])
  elseif what == "keys" then
    for key in io.lines(args[2]) do
      made[#made + 1] = wrk.format("GET", nil, {["Authorization"] = "Bearer " .. key})
    end
  else
    made[1] = wrk.format("GET")
  end
end

function request()
  number = number + 1
  if what == "days" then
    local day = string.format("%d-%02d-%02d", 2100 + math.floor(number / 336) % 99, math.floor(number / 28) % 12 + 1, number % 28 + 1)
    return wrk.format("GET", wrk.path .. "?due_until=" .. day)
  end
  return made[number % #made + 1]
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests": %d, "microseconds": %d, "failed": %d, "p99": %d}\n',
    summary.requests, summary.duration, failed, latency:percentile(99)))
end
