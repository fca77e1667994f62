local n = 4194304
local flags, count = {}, 0
for _ = 1, 3 do
  count = 0
  for i = 1, n do flags[i] = true end
  for i = 2, n do
    if flags[i] then
      count = count + 1
      for k = i + i, n, i do flags[k] = false end
    end
  end
end
print(count)
