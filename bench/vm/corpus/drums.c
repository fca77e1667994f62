/* drums: voices of different periods written into a track, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*track,u32 m){
  static const u8 periods[8]={16,12,8,6,5,4,3,2};
  u64 n=m,sum=0;
  for(u32 bar=0;bar<6;bar++){
    for(u64 i=0;i<n;i++) track[i]=0;
    for(u32 v=0;v<8;v++) for(u64 k=(bar*v)&15;k<n;k+=periods[v]) track[k]=(u8)(v*31+bar);
    for(u64 i=0;i<n;i++) sum=sum*3+track[i]; }
  return sum; }
ENTRY(100000,100000)
