using Tiffin.Engine.Commit;

namespace Tiffin.Tests.Commit;

public sealed class AdmissionTests
{
    readonly CommitOptions options = new()
    {
        QueueMax = 2_000,
        OrderQueueMin = 50,
        OrderQueueWaitMax = TimeSpan.FromSeconds(0.1),
    };

    [Fact]
    public void Before_the_first_batch_the_queue_is_the_only_bound() =>
        new Admission(options).OrdersMax.ShouldBe(2_000);

    [Theory]
    [InlineData(400, 100)] // 4,000 a second: 400 within 0.1 s.
    [InlineData(1, 100)] // Slow: the minimum.
    [InlineData(500, 10)] // 50,000 a second: the queue limit.
    public void The_queue_limit_is_what_can_be_committed_within_the_maximum_wait(int commands, int milliseconds)
    {
        var admission = new Admission(options);
        for (var i = 0; i < 100; i++) admission.Committed(commands, TimeSpan.FromMilliseconds(milliseconds));

        var done = commands * 100 / milliseconds;
        admission.OrdersMax.ShouldBe(Math.Clamp(done, 50, 2_000));
    }

    [Fact]
    public void One_slow_batch_does_not_stop_admission()
    {
        var admission = new Admission(options);
        for (var i = 0; i < 100; i++) admission.Committed(500, TimeSpan.FromMilliseconds(100));
        admission.Committed(1, TimeSpan.FromMilliseconds(200));

        admission.OrdersMax.ShouldBeInRange(350, 500);
    }

    [Fact]
    public void The_minimum_never_exceeds_the_queue_limit()
    {
        options.QueueMax = 2;
        new Admission(options).OrdersMax.ShouldBe(2);
    }
}
