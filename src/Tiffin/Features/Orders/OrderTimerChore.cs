using Tiffin.Domain;
using Tiffin.Domain.Orders;
using Tiffin.Engine.Commit;
using Tiffin.Engine.Hosting;
using Tiffin.Engine.Storage;

namespace Tiffin.Features.Orders;

/// <summary>
/// Fires due order timers, by the same clock that decides in the batch. Two nodes may safely fire the same timer, and a
/// timer is deleted only once its command has an outcome.
/// </summary>
sealed class OrderTimerChore(Database database, CommitPipeline pipeline, ILogger<OrderTimerChore> log) : IChore
{
    const int BatchMax = 500;

    public TimeSpan Interval => TimeSpan.FromSeconds(1);

    public bool UsesSandboxClock => true;

    public async Task Run(CancellationToken cancel)
    {
        while (await FireDue(cancel) == BatchMax) { }
    }

    // Returns the number of timers that are done. Those that an overloaded pipeline rejected wait for the next run.
    async Task<int> FireDue(CancellationToken cancel)
    {
        var due = await Due(cancel);
        if (due.Count == 0) return 0;
        var outcomes = await Task.WhenAll(due.Select(Fire));
        var timedOut = outcomes.Count(outcome => outcome is Outcome.OfOrder
        {
            Effect: Effect.Applied, Document.Order.Status: OrderStatus.Cancelled,
        });
        if (timedOut > 0) UpkeepMessages.TimedOut(log, timedOut);
        OrderTimer[] done = [.. due.Where((timer, i) => IsDone(timer, outcomes[i]))];
        OrderTimer[] next = [.. outcomes.Select(NextTimer).OfType<OrderTimer>()];
        await using var connection = await database.OpenBackground(cancel);
        await OrderTimerTable.Replace(connection, done, next, cancel);
        return done.Length;
    }

    async Task<List<OrderTimer>> Due(CancellationToken cancel)
    {
        await using var connection = await database.OpenBackground(cancel);
        return await OrderTimerTable.Due(connection, database.Clock.Now, BatchMax, cancel);
    }

    // Two deadlines can be due at the same time: after the first one has fired, the row belongs to the second.
    bool IsDone(OrderTimer timer, Outcome? outcome) =>
        outcome is not Outcome.Unavailable && NextTimer(outcome)?.DueAt != timer.DueAt;

    // Computed again, because the kitchen's times may have been raised since the order's last event.
    OrderTimer? NextTimer(Outcome? outcome) =>
        outcome is Outcome.OfOrder { Document.Order: var order }
        && OrderTimers.Next(order, pipeline.Catalogue.KitchenOf(order.Kitchen)!) is { } at
            ? new OrderTimer(at, order.Id, IsDue: false)
            : null;

    // Null for a timer that is no longer the order's deadline.
    async Task<Outcome?> Fire(OrderTimer timer) => timer.IsDue
        ? await pipeline.Submit(new FireOrderTimer(timer.OrderId) { Caller = Caller.System })
        : null;
}
