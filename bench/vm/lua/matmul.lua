local n = 256
local a, b, c = {}, {}, {}
for i = 0, n - 1 do
  for j = 0, n - 1 do
    a[i * n + j + 1] = (i * 7 + j * 3) % 11 - 5.0
    b[i * n + j + 1] = (i * 5 + j * 13) % 17 - 8.0
  end
end
for i = 0, n - 1 do
  for j = 1, n do
    local s, row = 0.0, i * n
    for k = 1, n do s = s + a[row + k] * b[(k - 1) * n + j] end
    c[row + j] = s
  end
end
local t = 0.0
for i = 0, n * n - 1 do t = t + c[i + 1] * (i % 8) end
print(string.format("%d", t % 4294967296))
