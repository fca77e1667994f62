/* raster: triangles into a buffer, fixed point, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*px=mem; u32 s=29; for(u32 i=0;i<65536;i++)px[i]=0; for(u32 k=0;k<n;k++){ i32 v[6]; for(u32 i=0;i<6;i++){ s=s*1664525+1013904223; v[i]=(i32)(s>>24); }
    i32 x0=v[0],y0=v[1],x1=v[2],y1=v[3],x2=v[4],y2=v[5]; i32 a=(x1-x0)*(y2-y0)-(x2-x0)*(y1-y0); if(a<0){i32 t=x1;x1=x2;x2=t;t=y1;y1=y2;y2=t;} i32 lx=x0<x1?x0:x1; if(x2<lx)lx=x2; i32 hx=x0>x1?x0:x1; if(x2>hx)hx=x2; i32 ly=y0<y1?y0:y1; if(y2<ly)ly=y2; i32 hy=y0>y1?y0:y1; if(y2>hy)hy=y2;
    for(i32 y=ly;y<=hy;y++)for(i32 x=lx;x<=hx;x++){ i32 w0=(x1-x0)*(y-y0)-(x-x0)*(y1-y0),w1=(x2-x1)*(y-y1)-(x-x1)*(y2-y1),w2=(x0-x2)*(y-y2)-(x-x2)*(y0-y2); if((w0|w1|w2)>=0)px[y*256+x]+=(u8)(k*17+1); } }
  u32 c=0; for(u32 i=0;i<65536;i++)c=c*3+px[i]; return c; }
ENTRY(65536,120)
