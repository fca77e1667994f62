local band, bnot, bxor, rol, rshift, tobit = bit.band, bit.bnot, bit.bxor, bit.rol, bit.rshift, bit.tobit
local code, s = {}, 99
for i = 0, 255 do
  s = (s * 1664525 + 1013904223) % 4294967296
  code[i] = band(rshift(s, 24), 15)
end
local a, b, c, d, pc = 1, 2, 3, 4, 0
for i = 0, 40000000 - 1 do
  local op = code[pc]
  if op < 8 then
    if op < 4 then
      if op == 0 then a = tobit(a + b)
      elseif op == 1 then b = bxor(b, c)
      elseif op == 2 then c = tobit(c * 5 + 1)
      else d = tobit(d - a) end
    elseif op == 4 then a = bxor(a, rshift(d, 3))
    elseif op == 5 then b = tobit(b + d)
    elseif op == 6 then c = rol(c, 5)
    else d = bxor(d, b) end
  elseif op < 12 then
    if op == 8 then if band(a, 1) ~= 0 then pc = pc + 3 end
    elseif op == 9 then if band(b, 2) ~= 0 then pc = pc + 5 end
    elseif op == 10 then a = bnot(a)
    else b = tobit(b - c) end
  elseif op == 12 then c = tobit(c + i)
  elseif op == 13 then d = tobit(d + c)
  elseif op == 14 then if band(d, 4) ~= 0 then pc = pc + 7 end
  else a = tobit(a + band(c, d)) end
  pc = band(pc + 1, 255)
end
print(string.format("%d", bxor(a, b, c, d) % 4294967296))
