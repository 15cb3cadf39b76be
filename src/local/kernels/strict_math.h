#pragma once

/// Functions with the results, to the last bit, that Java's StrictMath has to give: those of FDLIBM
/// 5.3. glibc's are nearer to the exact value by a bit now and then.
namespace tarn::local {

double StrictExp(double x);
double StrictLog(double x);    ///< -Infinity for 0, NaN below
double StrictLog10(double x);  ///< as StrictLog
double StrictSinh(double x);
double StrictCosh(double x);
double StrictAsinh(double x);
double StrictAcosh(double x);  ///< NaN below 1
double StrictAtanh(double x);  ///< NaN beyond -1 and 1
double StrictAsin(double x);   ///< NaN beyond -1 and 1
double StrictAcos(double x);   ///< NaN beyond -1 and 1
double StrictAtan(double x);
double StrictAtan2(double y, double x);  ///< angle of the point (x, y)
double StrictCbrt(double x);
double StrictHypot(double x, double y);
double StrictPower(double x, double y);  ///< 1 to the power of NaN or an infinity is NaN

}  // namespace tarn::local
