local code, s = {}, 99
for i = 0, 255 do
  s = s * 1664525 + 1013904223 & 0xffffffff
  code[i] = s >> 24 & 15
end
local a, b, c, d, pc = 1, 2, 3, 4, 0
for i = 0, 40000000 - 1 do
  local op = code[pc]
  if op < 8 then
    if op < 4 then
      if op == 0 then a = a + b & 0xffffffff
      elseif op == 1 then b = b ~ c
      elseif op == 2 then c = c * 5 + 1 & 0xffffffff
      else d = d - a & 0xffffffff end
    elseif op == 4 then a = a ~ d >> 3
    elseif op == 5 then b = b + d & 0xffffffff
    elseif op == 6 then c = (c << 5 | c >> 27) & 0xffffffff
    else d = d ~ b end
  elseif op < 12 then
    if op == 8 then if a & 1 ~= 0 then pc = pc + 3 end
    elseif op == 9 then if b & 2 ~= 0 then pc = pc + 5 end
    elseif op == 10 then a = ~a & 0xffffffff
    else b = b - c & 0xffffffff end
  elseif op == 12 then c = c + i & 0xffffffff
  elseif op == 13 then d = d + c & 0xffffffff
  elseif op == 14 then if d & 4 ~= 0 then pc = pc + 7 end
  else a = a + (c & d) & 0xffffffff end
  pc = pc + 1 & 255
end
print(a ~ b ~ c ~ d)
