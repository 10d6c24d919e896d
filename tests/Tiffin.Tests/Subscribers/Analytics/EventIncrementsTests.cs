using System.Text;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Features.Analytics;

namespace Tiffin.Tests.Subscribers.Analytics;

public sealed class EventIncrementsTests
{
    static readonly DateTimeOffset ready = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"first":"2026-05-01T12:00:00Z","moved":0}""", 1)]
    [InlineData("""{"first":"2026-05-01T11:00:00Z","moved":1}""", 1)]
    [InlineData("null", 0)]
    public void An_order_that_becomes_ready_counts_if_it_has_a_promise(string promise, long promises)
    {
        var data = $$"""
            { "promise": {{promise}}, "previous": { "status": "preparing", "at": "2026-05-01T11:50:00Z" } }
            """;
        var increments = new Increments();

        increments.Add(new StoredEvent(1, Guid.NewGuid(), ready, Guid.NewGuid(), 4, EventType.OrderReady, "k1", "dosa",
            "app", null, Encoding.UTF8.GetBytes(data)));

        Sum(Measure.Promises).ShouldBe(promises);
        Sum(Measure.Prepare).ShouldBe(1);

        long Sum(Measure measure) => increments.Cells.Values.SelectMany(sums => sums)
            .Where(sum => sum.Key.Measure == measure).Sum(sum => sum.Value);
    }
}
