-- Orders of 1 to 5 lines, Zipf over 500 items, 10 kitchens, some modifiers; one idempotency key per request.
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end

local zipf, count = {}, 0
local function pick(n)
  local u, low, high = math.random() * zipf[n], 1, n
  while low < high do
    local middle = math.floor((low + high) / 2)
    if zipf[middle] < u then low = middle + 1 else high = middle end
  end
  return low
end

function init(args)
  math.randomseed(os.time() * 16 + id)
  run = string.format("%d-%d-%d", os.time(), id, math.random(1e9))
  local sum = 0
  for i = 1, 100 do sum = sum + 1 / i; zipf[i] = sum end
  keys = {}
  for key in (os.getenv("BENCH_KEYS") or ""):gmatch("%S+") do keys[#keys + 1] = "Bearer " .. key end
  kitchens = tonumber(os.getenv("BENCH_KITCHENS") or "10")
end

function request()
  count = count + 1
  local brand, lines = math.random(5), {}
  for i = 1, math.random(5) do
    local extra = math.random(4) == 1
      and string.format(',"modifiers":[{"itemId":"b%d-extra-%d","quantity":1}]', brand, math.random(5)) or ""
    lines[i] = string.format('{"itemId":"b%d-item-%d","quantity":%d%s}', brand, pick(100), math.random(2), extra)
  end
  local body = string.format('{"kitchenId":"kitchen-%d","brandId":"brand-%d","channel":"app",' ..
    '"customer":{"id":"c-%d","name":"Asha Rao","phone":"+919800000000"},' ..
    '"fulfilment":{"type":"delivery","address":{"line1":"12 MG Road","locality":"Ashok Nagar",' ..
    '"city":"Bengaluru","postcode":"560001","country":"IN"}},' ..
    '"lines":[%s]}', math.random(kitchens), brand, math.random(100000), table.concat(lines, ","))
  local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = run .. "-" .. count }
  local host = os.getenv("BENCH_HOST") or ""
  if host ~= "" then headers["Host"] = host end
  if #keys > 0 then headers["Authorization"] = keys[count % #keys + 1] end
  return wrk.format("POST", os.getenv("BENCH_PATH") or "/v1/orders", headers, body)
end

function done(summary, latency)
  io.write(string.format("RESULT requests=%d duration_us=%d p50=%d p95=%d p99=%d p999=%d max=%d non2xx=%d errors=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    latency:percentile(99.9), latency.max, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
