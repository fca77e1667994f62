/* spline: polynomials and Newton iterations, for the choice of sequences */
#include "common.h"
INL u64 bench(u8*mem,u32 n){
  double*y=(double*)mem; double acc=0; for(u32 i=0;i<n;i++){ double x=(double)(i32)i*0.0007; double p=((((0.1*x-0.3)*x+0.7)*x-1.1)*x+0.2)*x+3.0; y[i&511]=p; double r=p*p+1.0; double g=r*0.5; for(u32 k=0;k<6;k++)g=0.5*(g+r/g); acc+=g*y[(i*7)&511]; if(acc>1e9)acc*=1e-6; if(acc<-1e9)acc*=1e-6; }
  return (u64)(i64)(acc*100); }
ENTRY(4096,60000)
