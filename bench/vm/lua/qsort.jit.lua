local n = 1000000
local a, st, s = {}, {}, 12345
for i = 0, n - 1 do
  s = (s * 1664525 + 1013904223) % 4294967296
  a[i] = s < 0x80000000 and s or s - 0x100000000
end
st[0], st[1] = 0, n - 1
local sp = 2
while sp > 0 do
  sp = sp - 2
  local lo, hi = st[sp], st[sp + 1]
  while hi - lo > 12 do
    local p, i, j = a[bit.rshift(lo + hi, 1)], lo, hi
    while i <= j do
      while a[i] < p do i = i + 1 end
      while p < a[j] do j = j - 1 end
      if i <= j then
        a[i], a[j] = a[j], a[i]
        i, j = i + 1, j - 1
      end
    end
    if j - lo < hi - i then
      st[sp], st[sp + 1] = i, hi
      hi = j
    else
      st[sp], st[sp + 1] = lo, j
      lo = i
    end
    sp = sp + 2
  end
  for i = lo + 1, hi do
    local v, j = a[i], i - 1
    while j >= lo and a[j] > v do
      a[j + 1] = a[j]
      j = j - 1
    end
    a[j + 1] = v
  end
end
local c = 0
for i = 0, n - 1, 1000 do c = (c * 31 + a[i]) % 4294967296 end
for i = 1, n - 1 do if a[i - 1] > a[i] then c = 0 end end
print(c)
