using Tiffin.Bench.Load;

namespace Tiffin.Bench.Tests.Load;

public sealed class WarmUpTests
{
    [Theory]
    [InlineData(new double[] { 500, 1_000, 1_500, 1_510 }, 4)] // It rises until the fourth window.
    [InlineData(new double[] { 500, 500, 500 }, 3)] // Never before the third.
    [InlineData(new double[] { 1, 2, 4, 8, 16, 32, 64, 128 }, 8)] // And not for ever.
    public void A_process_is_warm_when_its_rate_no_longer_rises(double[] rates, int windows)
    {
        var policy = new WarmUp(tolerance: 0.03, windowsMin: 3, windowsMax: 8);
        rates.TakeWhile(rate => !policy.IsDone(rate)).Count().ShouldBe(windows - 1);
    }
}
