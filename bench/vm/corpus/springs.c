/* springs: particles on a grid that springs hold together, for the choice of sequences */
#include "common.h"
struct Particle { double x, y, z, vx, vy, vz, mass; };
INL u64 bench(u8 *mem, u32 n) {
  struct Particle *p = (struct Particle *)mem;
  const u32 side = 16, count = side * side;
  for (u32 i = 0; i < count; i++) {
    p[i].x = i % side; p[i].y = i / side; p[i].z = (double)(i * 7 % 5) * 0.01;
    p[i].vx = p[i].vy = p[i].vz = 0; p[i].mass = 1 + (double)(i & 3);
  }
  for (u32 step = 0; step < n; step++) {
    for (u32 i = 0; i < count; i++) {
      struct Particle *a = p + i;
      for (u32 k = 0; k < 2; k++) {
        if (k == 0 ? i % side == side - 1 : i + side >= count) continue;
        struct Particle *b = a + (k == 0 ? 1 : side);
        double dx = b->x - a->x, dy = b->y - a->y, dz = b->z - a->z;
        double length = __builtin_sqrt(dx * dx + dy * dy + dz * dz);
        double force = 3.0 * (length - 1) / length * 0.001;
        a->vx += dx * force / a->mass; a->vy += dy * force / a->mass; a->vz += dz * force / a->mass;
        b->vx -= dx * force / b->mass; b->vy -= dy * force / b->mass; b->vz -= dz * force / b->mass;
      }
    }
    for (u32 i = 0; i < count; i++) {
      p[i].vz -= 0.0001;
      p[i].x += p[i].vx; p[i].y += p[i].vy; p[i].z += p[i].vz;
      if (p[i].z < -1) { p[i].z = -1; p[i].vz *= -0.5; }
    }
  }
  double sum = 0;
  for (u32 i = 0; i < count; i++) sum += p[i].x + p[i].y * 2 + p[i].z * 3;
  return (u64)(sum * 1000); }
ENTRY(65536, 300)
