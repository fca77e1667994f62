/* kmeans: nearest centres in three dimensions, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  double*p=(double*)mem,*c=p+3*n,*s=c+24; u32*k=(u32*)(s+24),*m=k+8; u32 r=31; for(u32 i=0;i<3*n;i++){ r=r*1664525+1013904223; p[i]=(double)(i32)(r>>16)*0.001; } for(u32 i=0;i<24;i++)c[i]=p[i*7];
  for(u32 t=0;t<5;t++){ for(u32 i=0;i<24;i++)s[i]=0; for(u32 i=0;i<8;i++)k[i]=0; for(u32 i=0;i<n;i++){ double best=1e30; u32 b=0; for(u32 j=0;j<8;j++){ double x=p[3*i]-c[3*j],y=p[3*i+1]-c[3*j+1],z=p[3*i+2]-c[3*j+2]; double d=x*x+y*y+z*z; if(d<best){best=d;b=j;} } m[i]=b; k[b]++; s[3*b]+=p[3*i];s[3*b+1]+=p[3*i+1];s[3*b+2]+=p[3*i+2]; } for(u32 j=0;j<8;j++)if(k[j]){ double f=1.0/(double)(i32)k[j]; c[3*j]=s[3*j]*f;c[3*j+1]=s[3*j+1]*f;c[3*j+2]=s[3*j+2]*f; } }
  u32 q=0; for(u32 i=0;i<n;i++)q=q*3+m[i]; return q; }
ENTRY(65536*4,4000)
