/* levenshtein: edit distance by dynamic programming, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  u8*a=mem,*b=mem+4096; u32*row=(u32*)(mem+8192); u32 s=5;
  for(u32 i=0;i<n;i++){ s=s*1664525+1013904223; a[i]='a'+(s>>28); s=s*1664525+1013904223; b[i]='a'+(s>>28); }
  for(u32 j=0;j<=n;j++) row[j]=j;
  for(u32 i=1;i<=n;i++){ u32 diag=row[0]; row[0]=i; for(u32 j=1;j<=n;j++){ u32 up=row[j]; u32 c=diag+(a[i-1]!=b[j-1]); if(up+1<c)c=up+1; if(row[j-1]+1<c)c=row[j-1]+1; row[j]=c; diag=up; } }
  return row[n]; }
ENTRY(65536,900)
