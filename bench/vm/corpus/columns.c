/* columns: bar charts drawn upright in images of bytes, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*img,u32 n){
  u64 w=n*2/5,h=480,size=w*h,sum=0; u32 s=1;
  for(u64 i=0;i<size;i++) img[i]=255;
  for(u32 t=0;t<n;t++){
    s=s*1664525u+1013904223u;
    u64 x=s%w,y=(s>>12)%h; u8 c=(u8)(s>>24);
    for(u64 p=y*w+x;p<size;p+=w) img[p]=c;
    for(u64 p=y*w;p<y*w+w;p++) sum+=img[p]; }
  return sum; }
ENTRY(640*480,1600)
