/* queens: eight queens, iterative, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  i32*pos=(i32*)mem; u32 count=0; i32 r=0; pos[0]=-1;
  while(r>=0){ i32 c=++pos[r]; if(c>=(i32)n){r--;continue;} i32 ok=1; for(i32 i=0;i<r;i++){ i32 d=pos[i]-c; if(d==0||d==r-i||d==i-r){ok=0;break;} } if(!ok)continue; if(r==(i32)n-1){count++;continue;} pos[++r]=-1; }
  return count; }
ENTRY(4096,8)
