local band, bxor, rshift = bit.band, bit.bxor, bit.rshift
local T, buffer = {}, {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do
    if band(c, 1) ~= 0 then c = bxor(rshift(c, 1), 0xEDB88320) else c = rshift(c, 1) end
  end
  T[i] = c
end
local s, size = 1, 1048576
for i = 1, size do
  s = (s * 1664525 + 1013904223) % 4294967296
  buffer[i] = rshift(s, 24)
end
local c = 0xffffffff
for _ = 1, 64 do
  for i = 1, size do c = bxor(rshift(c, 8), T[band(bxor(c, buffer[i]), 255)]) end
end
print(string.format("%d", c % 4294967296))
