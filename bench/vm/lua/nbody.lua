local pi, days = 3.141592653589793, 365.24
local sun = 4 * pi * pi
local sqrt = math.sqrt
local function body(x, y, z, vx, vy, vz, m)
  return { x = x, y = y, z = z, vx = vx * days, vy = vy * days, vz = vz * days, m = m * sun }
end
local bodies = {
  body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
  body(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
       1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04),
  body(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
       -2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04),
  body(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
       2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05),
  body(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
       2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05),
}
local function energy()
  local e = 0.0
  for i = 1, 5 do
    local p = bodies[i]
    e = e + 0.5 * p.m * (p.vx * p.vx + p.vy * p.vy + p.vz * p.vz)
    for j = i + 1, 5 do
      local q = bodies[j]
      local dx, dy, dz = p.x - q.x, p.y - q.y, p.z - q.z
      e = e - p.m * q.m / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end
local px, py, pz = 0.0, 0.0, 0.0
for i = 1, 5 do
  local p = bodies[i]
  px, py, pz = px + p.vx * p.m, py + p.vy * p.m, pz + p.vz * p.m
end
bodies[1].vx, bodies[1].vy, bodies[1].vz = -px / sun, -py / sun, -pz / sun
for _ = 1, 500000 do
  for i = 1, 5 do
    local p = bodies[i]
    for j = i + 1, 5 do
      local q = bodies[j]
      local dx, dy, dz = p.x - q.x, p.y - q.y, p.z - q.z
      local d2 = dx * dx + dy * dy + dz * dz
      local magnitude = 0.01 / (d2 * sqrt(d2))
      local mj, mi = q.m * magnitude, p.m * magnitude
      p.vx, p.vy, p.vz = p.vx - dx * mj, p.vy - dy * mj, p.vz - dz * mj
      q.vx, q.vy, q.vz = q.vx + dx * mi, q.vy + dy * mi, q.vz + dz * mi
    end
  end
  for i = 1, 5 do
    local p = bodies[i]
    p.x, p.y, p.z = p.x + 0.01 * p.vx, p.y + 0.01 * p.vy, p.z + 0.01 * p.vz
  end
end
print(string.format("%d", math.floor(energy() * -1e9)))
