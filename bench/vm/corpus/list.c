/* list: linked lists by index: build, reverse, sum, for the choice of sequences */
#include "common.h"
struct node{u64 value;u32 next,pad;};
INL u64 bench(u8*mem,u32 n){
  struct node*v=(struct node*)mem; u64 sum=0; for(u32 i=0;i<n;i++){v[i].value=i*7;v[i].next=(i*17+5)%n;} 
  for(u32 rep=0;rep<8;rep++){ u32 h=0xFFFFFFFF; for(u32 i=0;i<n;i++){v[i].next=h;h=i;} u32 p=0xFFFFFFFF; while(h!=0xFFFFFFFF){u32 t=v[h].next;v[h].next=p;p=h;h=t;} for(u32 i=p;i!=0xFFFFFFFF;i=v[i].next)sum+=v[i].value^rep; }
  return sum; }
ENTRY(65536*8,30000)
