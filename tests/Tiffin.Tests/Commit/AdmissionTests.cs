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
    [InlineData(400, 100)] // 4,000 a second: 400 within a tenth.
    [InlineData(1, 100)] // Slow: the least.
    [InlineData(500, 10)] // 50,000 a second: the whole queue.
    public void The_queue_is_as_long_as_can_be_committed_in_the_time_of_an_order(int commands, int milliseconds)
    {
        var admission = new Admission(options);
        for (var i = 0; i < 100; i++) admission.Committed(commands, TimeSpan.FromMilliseconds(milliseconds));

        var done = commands * 100 / milliseconds;
        admission.OrdersMax.ShouldBe(Math.Clamp(done, 50, 2_000));
    }

    [Fact]
    public void One_slow_batch_does_not_shut_the_door()
    {
        var admission = new Admission(options);
        for (var i = 0; i < 100; i++) admission.Committed(500, TimeSpan.FromMilliseconds(100));
        admission.Committed(1, TimeSpan.FromMilliseconds(200));

        admission.OrdersMax.ShouldBeInRange(350, 500);
    }

    [Fact]
    public void The_least_is_never_more_than_the_queue_takes()
    {
        options.QueueMax = 2;
        new Admission(options).OrdersMax.ShouldBe(2);
    }
}
