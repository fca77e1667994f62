local T, buffer = {}, {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do
    if c & 1 ~= 0 then c = c >> 1 ~ 0xEDB88320 else c = c >> 1 end
  end
  T[i] = c
end
local s, size = 1, 1 << 20
for i = 1, size do
  s = s * 1664525 + 1013904223 & 0xffffffff
  buffer[i] = s >> 24
end
local c = 0xffffffff
for _ = 1, 64 do
  for i = 1, size do c = c >> 8 ~ T[(c ~ buffer[i]) & 255] end
end
print(c)
