local K = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2 }
local w, buffer, s = {}, {}, 1
for i = 0, 65535 do
  s = s * 1664525 + 1013904223 & 0xffffffff
  buffer[i] = s >> 24
end
local h0, h1, h2, h3, h4, h5, h6, h7 = 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
for n = 0, 262144 - 1 do
  local at = (n & 1023) << 6
  for i = 1, 16 do
    w[i] = buffer[at] << 24 | buffer[at + 1] << 16 | buffer[at + 2] << 8 | buffer[at + 3]
    at = at + 4
  end
  -- A word twice makes a rotation a shift.
  for i = 17, 64 do
    local x, y = w[i - 15], w[i - 2]
    local x2, y2 = x << 32 | x, y << 32 | y
    w[i] = w[i - 16] + ((x2 >> 7 ~ x2 >> 18) & 0xffffffff ~ x >> 3) + w[i - 7] +
           ((y2 >> 17 ~ y2 >> 19) & 0xffffffff ~ y >> 10) & 0xffffffff
  end
  local a, b, c, d, e, f, g, h = h0, h1, h2, h3, h4, h5, h6, h7
  for i = 1, 64 do
    local e2, a2 = e << 32 | e, a << 32 | a
    local t1 = h + ((e2 >> 6 ~ e2 >> 11 ~ e2 >> 25) & 0xffffffff) + (e & f ~ ~e & g) + K[i] + w[i]
    local t2 = ((a2 >> 2 ~ a2 >> 13 ~ a2 >> 22) & 0xffffffff) + (a & b ~ a & c ~ b & c)
    h, g, f, e = g, f, e, d + t1 & 0xffffffff
    d, c, b, a = c, b, a, t1 + t2 & 0xffffffff
  end
  h0, h1, h2, h3 = h0 + a & 0xffffffff, h1 + b & 0xffffffff, h2 + c & 0xffffffff, h3 + d & 0xffffffff
  h4, h5, h6, h7 = h4 + e & 0xffffffff, h5 + f & 0xffffffff, h6 + g & 0xffffffff, h7 + h & 0xffffffff
end
print(h0 ~ h7)
