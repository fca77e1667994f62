local L = 1048576
local band, bor, rshift = bit.band, bit.bor, bit.rshift
local b, s, p = {}, 7, 0
local function put(text)
  for i = 1, #text do
    b[p] = text:byte(i)
    p = p + 1
  end
end
while p < L - 64 do
  s = (s * 1664525 + 1013904223) % 4294967296
  local k, v = band(rshift(s, 24), 7), band(rshift(s, 8), 0xffff)
  if k < 3 then put(string.format("%d,", v))
  elseif k == 3 then
    put('"')
    for i = 0, band(v, 15) - 1 do
      b[p] = 97 + band(rshift(v, band(i, 7)), 15)
      p = p + 1
    end
    put('",')
  elseif k == 4 then put("  \n")
  elseif k == 5 then put("true,")
  elseif k == 6 then put("{")
  else put("}") end
end
while p < L do put(" ") end
local sum, words, strings, h, depth = 0, 0, 0, 0, 0
for _ = 1, 16 do
  local i = 0
  while i < L do
    local c = b[i]
    if c >= 48 and c <= 57 then
      local v = 0
      repeat
        v = v * 10 + c - 48
        i = i + 1
        if i >= L then break end
        c = b[i]
      until c < 48 or c > 57
      sum = sum + v
    elseif c == 34 then
      i = i + 1
      while i < L and b[i] ~= 34 do i = i + 1 end
      i = i + 1
      strings = strings + 1
    elseif bor(c, 32) >= 97 and bor(c, 32) <= 122 then
      repeat
        h = (h * 31 + c) % 4294967296
        i = i + 1
        if i >= L then break end
        c = b[i]
      until bor(c, 32) < 97 or bor(c, 32) > 122
      words = words + 1
    elseif c == 123 then depth, i = depth + 1, i + 1
    elseif c == 125 then depth, i = depth - 1, i + 1
    else i = i + 1 end
  end
end
print(string.format("%d", (sum * 3 + words * 5 + strings * 7 + h + depth) % 4294967296))
