local n, total = 512, 0
for y = 0, n - 1 do
  for x = 0, n - 1 do
    local cr, ci = 2.0 * x / n - 1.5, 2.0 * y / n - 1.0
    local zr, zi, r2, i2, k = 0.0, 0.0, 0.0, 0.0, 0
    while k < 200 and r2 + i2 <= 4.0 do
      zi = 2 * zr * zi + ci
      zr = r2 - i2 + cr
      r2 = zr * zr
      i2 = zi * zi
      k = k + 1
    end
    total = total + k
  end
end
print(total)
