using System.Diagnostics;
using System.Globalization;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http.Events;

/// <summary>
/// During a rolling upgrade the log has events of types that only the newer nodes know. Readers of an older node end
/// before them without a gap, and continue on a newer one.
/// </summary>
public sealed class NewerEventTests : IAsyncLifetime
{
    TestServer server = null!;
    string order = "";
    long newer;

    public async Task InitializeAsync()
    {
        server = await Own.Chain();
        order = (await server.Post("/v1/orders", SmallChain.Order()))["id"]!.ToString();
        newer = await Session.Ask<long>(server.ConnectionString, "SELECT max(position) FROM events");
        await Session.Run(server.ConnectionString, $"UPDATE events SET type = 99 WHERE position = {newer}");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_stream_of_the_feed_ends_before_it()
    {
        using var stream = await server.Client.OpenStream("/v1/events?after=0");

        (await stream.Events().ToListAsync()).Select(e => e.Id).ShouldBe(
            Enumerable.Range(1, (int)newer - 1).Select(at => at.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_stream_that_resumes_just_before_it_ends_at_once()
    {
        using var stream = await server.Client.OpenStream("/v1/events", $"{newer - 1}");

        (await stream.Events().ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_stream_of_the_order_ends_before_it()
    {
        using var stream = await server.Client.OpenStream($"/v1/orders/{order}/events");

        (await stream.Events().ToListAsync()).ShouldHaveSingleItem().Id.ShouldBe("1");
    }

    [Fact]
    public async Task A_long_poll_before_the_newer_event_waits_for_its_full_time()
    {
        var watch = Stopwatch.StartNew();

        var page = await server.Get($"/v1/events?after={newer - 1}&wait=1");

        (page["data"]!.AsArray().Count, page["nextCursor"]!.GetValue<string>()).ShouldBe((0, $"{newer - 1}"));
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
    }
}
