/* rays: spheres seen by a camera, for the choice of sequences */
#include "common.h"
struct Vector { double x, y, z; };
struct Sphere { struct Vector at; double radius, shine; };
INL double dot(struct Vector a, struct Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
INL u64 bench(u8 *mem, u32 n) {
  struct Sphere *s = (struct Sphere *)mem;
  const u32 count = 12;
  for (u32 i = 0; i < count; i++) {
    s[i].at.x = (double)(i * 37 % 11) - 5; s[i].at.y = (double)(i * 53 % 7) - 3; s[i].at.z = 6 + (double)(i * 29 % 13);
    s[i].radius = 0.5 + (double)(i % 4) * 0.25; s[i].shine = 0.2 + (double)(i % 3) * 0.3;
  }
  struct Vector light = {0.577350269189626, 0.577350269189626, -0.577350269189626};
  double total = 0;
  for (u32 y = 0; y < n; y++)
    for (u32 x = 0; x < n; x++) {
      struct Vector d = {(double)x / n - 0.5, (double)y / n - 0.5, 1};
      double scale = 1 / __builtin_sqrt(dot(d, d));
      d.x *= scale; d.y *= scale; d.z *= scale;
      double nearest = 1e9; i32 hit = -1;
      for (u32 i = 0; i < count; i++) {
        double b = dot(d, s[i].at), c = dot(s[i].at, s[i].at) - s[i].radius * s[i].radius;
        double q = b * b - c;
        if (q < 0) continue;
        double t = b - __builtin_sqrt(q);
        if (t > 0 && t < nearest) { nearest = t; hit = (i32)i; }
      }
      if (hit < 0) continue;
      struct Vector p = {d.x * nearest - s[hit].at.x, d.y * nearest - s[hit].at.y, d.z * nearest - s[hit].at.z};
      double bright = dot(p, light) / s[hit].radius;
      total += bright > 0 ? bright * s[hit].shine : 0.05;
    }
  return (u64)(total * 1000); }
ENTRY(4096, 96)
